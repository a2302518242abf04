import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** What the collector starts by its package's name: the export, and its source. */
const STARTED = {
  'landing-worker': 'landing/landing-worker.ts',
  'upkeep-process': 'lake/upkeep-process.ts',
};

/**
 * For tests that start a collector often: its process and what that starts as plain files, so that a start takes a third of a second
 * and not two.
 * @returns the process's script, to be run with one argument: the configuration as JSON
 */
export const bundleCollector = async (): Promise<string> => {
  const root = join(import.meta.dirname, '../../..');
  const out = join(root, 'node_modules/.cache/gander-faults', String(process.pid));
  const started = join(out, 'node_modules/@gander/collector');
  mkdirSync(started, { recursive: true });
  writeFileSync(
    join(started, 'package.json'),
    JSON.stringify({
      name: '@gander/collector',
      type: 'module',
      exports: Object.fromEntries(Object.keys(STARTED).map((name) => [`./${name}`, `./${name}.js`])),
    }),
  );
  // npm's packages stay outside, ours go in from source.
  const outside: Plugin = {
    name: 'outside',
    setup: (b) =>
      b.onResolve({ filter: /^[^./]/ }, ({ path }) =>
        path.startsWith('@gander/') ? undefined : { path, external: true },
      ),
  };
  const options: BuildOptions = {
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@gander/source'],
    plugins: [outside],
    logLevel: 'error',
  };
  const src = join(import.meta.dirname, '..');
  const script = join(out, 'collector-process.mjs');
  await build({ ...options, entryPoints: [join(src, 'faults/collector-process.ts')], outfile: script });
  for (const [name, source] of Object.entries(STARTED)) {
    await build({ ...options, entryPoints: [join(src, source)], outfile: join(started, `${name}.js`) });
  }
  return script;
};
