// The pieces that the packages' build.config.mjs files share.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';

const root = join(import.meta.dirname, '..');

/** The manifest of a package of the workspace. @param {string} name folder */
export const manifest = (name) => JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'));

/** Resolves workspace packages from their source, so that the order of builds does not matter. */
export const resolveSource = () =>
  nodeResolve({
    exportConditions: ['@gander/source', 'import', 'default'],
    extensions: ['.ts', '.tsx', '.js', '.mjs'],
  });

/** Compiles TypeScript. @param {import('rollup-plugin-esbuild').Options} [options] */
export const compile = (options) =>
  esbuild({ target: 'es2022', tsconfig: false, sourceMap: true, ...options });

/**
 * A package that runs in Node: every dependency stays outside.
 * @param {string} name folder of the package
 * @param {Record<string, string>} entries output name → source file in the package
 */
export const nodeBuild = (name, entries) => {
  const { dependencies, peerDependencies } = manifest(name);
  const outside = Object.keys({ ...dependencies, ...peerDependencies });
  return {
    input: Object.fromEntries(Object.entries(entries).map(([out, file]) => [out, join(root, name, file)])),
    external: (id) => id.startsWith('node:') || outside.some((d) => id === d || id.startsWith(`${d}/`)),
    plugins: [resolveSource(), compile()],
    output: {
      dir: join(root, name, 'dist'),
      format: 'es',
      sourcemap: true,
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
    },
  };
};
