// What the SDK ships: ES modules for bundlers, one classic script for the tag, the server's grant maker, and the script's manifest.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import terser from '@rollup/plugin-terser';
import { compile, manifest, nodeBuild, resolveSource } from '../scripts/build-parts.mjs';
import { inlineLogMakersPlugin } from './scripts/inline-log-makers.mjs';

const here = import.meta.dirname;
const { version } = manifest('sdk');

/** Property names that never leave a bundle could be mangled too; they are not, so that a stack trace can be read. */
const small = () =>
  terser({
    ecma: 2020,
    module: true,
    compress: { passes: 3, pure_getters: true, unsafe_arrows: true, hoist_funs: true },
    mangle: true,
    format: { comments: false },
  });

/** Only the script tag's entry and idb do anything by being loaded. */
const treeshake = {
  // idb's shortcuts and async iterators, which nothing here uses.
  manualPureFunctions: ['replaceTraps'],
  moduleSideEffects: (id) => /script-tag|node_modules/.test(id),
};

/** Writes the manifest of a script: version, file, integrity (sha384) and bytes. */
const scriptManifest = () => ({
  name: 'script-manifest',
  generateBundle(_, bundle) {
    const files = Object.values(bundle)
      .filter((chunk) => chunk.type === 'chunk')
      .map(({ fileName, code }) => ({
        file: fileName,
        integrity: `sha384-${createHash('sha384').update(code).digest('base64')}`,
        bytes: Buffer.byteLength(code),
      }));
    this.emitFile({
      type: 'asset',
      fileName: 'manifest.json',
      source: `${JSON.stringify({ version, ...files[0] }, null, 2)}\n`,
    });
  },
});

const browser = (entries) => ({
  input: Object.fromEntries(entries.map((name) => [name, join(here, `src/entries/${name}.ts`)])),
  external: ['idb'],
  treeshake,
  plugins: [resolveSource(), compile({ target: 'es2022' }), inlineLogMakersPlugin()],
  output: {
    dir: join(here, 'dist'),
    format: 'es',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
  },
});

export default () => [
  browser(['npm', 'core']),
  nodeBuild('sdk', { server: 'src/entries/server.ts' }),
  {
    input: join(here, 'src/entries/script-tag.ts'),
    treeshake,
    plugins: [
      resolveSource(),
      compile({ target: 'es2022', sourceMap: false }),
      inlineLogMakersPlugin(),
      small(),
      scriptManifest(),
    ],
    output: { file: join(here, 'dist/gander.min.js'), format: 'iife', name: undefined, sourcemap: false },
  },
];
