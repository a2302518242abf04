// Builds every artefact of the workspace: `npm run build`, or `npm run build -- --only sdk,console`.
// Each package's part stands in its own build.config.mjs, so that what a package ships is read in the package.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sweepAfter } from './scripts/sweep-dist.mjs';

const PACKAGES = ['log-codes', 'sdk', 'collector', 'console', 'demo-checkout', 'gander'];

/** @param {{ only?: string }} args command-line arguments; `only` is a comma-separated list of packages */
export default async (args) => {
  const only = args.only?.split(',');
  delete args.only;
  const parts = [];
  for (const name of PACKAGES) {
    const file = join(import.meta.dirname, name, 'build.config.mjs');
    if ((only && !only.includes(name)) || !existsSync(file)) continue;
    const own = (await import(file)).default();
    const last = own.pop();
    const sweep = sweepAfter(join(import.meta.dirname, name, 'dist'));
    parts.push(...own, { ...last, plugins: [...last.plugins, sweep] });
  }
  return parts;
};
