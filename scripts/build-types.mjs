// The types that the published packages ship: one bundled declaration file for each entry, made of what `tsc -b` emitted.
// Apart from `npm run build`, since only a release needs them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/**
 * Writes `<package>/dist/*.d.ts` as the package's exports name them.
 * @param {string} root folder of the workspace
 * @param {string} folder the package
 * @returns {Promise<number>} how many entries
 */
export const buildTypes = async (root, folder) => {
  const { exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  let written = 0;
  for (const entry of Object.values(exports ?? {})) {
    const source = entry['@gander/source'];
    if (!source || !entry.types) continue;
    const input = join(root, '.tsbuild', folder, source.replace(/\.tsx?$/, '.d.ts'));
    if (!existsSync(input)) throw new Error(`${input} is missing: run tsc -b first`);
    const bundle = await rollup({
      input,
      plugins: [workspaceTypes(root), dts({ respectExternal: false })],
      external: outside(folder, root),
    });
    await bundle.write({ file: join(root, folder, entry.types), format: 'es' });
    await bundle.close();
    written++;
  }
  return written;
};

/** Finds the types of the workspace's own packages where `tsc -b` put them, so that they can go in. */
const workspaceTypes = (root) => ({
  name: 'workspace-types',
  resolveId(id) {
    const [, folder, rest = ''] = /^@gander\/([\w-]+)(\/.*)?$/.exec(id) ?? [];
    if (!folder) return null;
    const { exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const source = exports[`.${rest}`]?.['@gander/source'];
    return source ? join(root, '.tsbuild', folder, source.replace(/\.tsx?$/, '.d.ts')) : null;
  },
});

/** Dependencies of the published package stay imports; what it bundles goes in. */
const outside = (folder, root) => {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8'),
  );
  const names = Object.keys({ ...dependencies, ...peerDependencies });
  return (id) => id.startsWith('node:') || names.some((name) => id === name || id.startsWith(`${name}/`));
};
