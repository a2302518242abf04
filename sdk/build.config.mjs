// What the SDK ships: ES modules for bundlers, one classic script for the tag, the server's grant maker, and the script's manifest.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { compile, manifest, nodeBuild, resolveSource } from '../scripts/build-parts.mjs';
import { inlineLogMakersPlugin } from './scripts/inline-log-makers.mjs';
import { declareByLet, minify } from './scripts/minify.mjs';
import { shakeIdbPlugin } from './scripts/shake-idb.mjs';

const here = import.meta.dirname;
const { version } = manifest('sdk');

/** Why each script is there, what it reads and whom it calls: the words of the inventory. */
const READS =
  'Form fields: type, name, id, autocomplete, placeholder, required, aria-label (also that of the group they are in), aria-labelledby, data-gander attributes, names of attributes of password managers, labels, the words just before; whether filled (:autofill, :placeholder-shown, validity). Device: how many languages, time-zone offset, width of the viewport, kinds of pointer, whether storage may be used, Global Privacy Control; signs of automation (navigator.webdriver, one word of the user agent, names of global variables). Events: kinds and times of focus, keys, input, paste, drop, click, pointer, scroll, visibility. Never values, keys, clipboard, text, URLs or error messages.';
const HOSTS = ['the collector, by POST to /v1/sessions and /v1/logs, and no other'];
const INVENTORY = [
  {
    file: 'gander.min.js',
    purpose:
      'Behavioural telemetry of the checkout: how its form is filled in, to tell people from programs and to see where they give up.',
    reads: READS,
    stores:
      'IndexedDB database "gander-outbox": batches not yet acknowledged, at most 256 KiB and 24 h, with full consent only; localStorage "gander-outbox-…": the last of them, when the page was left while it was being written. No cookie.',
    hosts: HOSTS,
  },
  {
    file: 'gander.debug.min.js',
    purpose:
      'The same with a debug mode that prints each log in words in the browser console. Not for production.',
    reads: READS,
    stores: 'As gander.min.js.',
    hosts: HOSTS,
  },
  {
    file: 'gander.integrity.min.js',
    purpose:
      'Opt-in: tells when scripts are added to the page, form targets change, the content security policy is violated or a stranger frames the page.',
    reads:
      'Added script elements and the action of forms: whose origin it is, compared on the device. CSP violation events: which directive.',
    stores: 'Nothing.',
    hosts: ['none: its logs go through gander.min.js'],
  },
];

/** What is inside the scripts, as CycloneDX 1.6. Without a date or a serial number, so that two builds are the same. */
const sbom = () => {
  const component = ({ name, version: of, license }) => ({
    type: 'library',
    'bom-ref': `${name}@${of}`,
    name,
    version: of,
    licenses: [{ license: { id: license } }],
    purl: `pkg:npm/${name.replace('@', '%40')}@${of}`,
  });
  const idb = JSON.parse(readFileSync(join(here, '../node_modules/idb/package.json'), 'utf8'));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: component(manifest('sdk')) },
    components: [component(manifest('log-codes')), component(idb)],
  };
};

/**
 * Writes what a merchant's security team asks for about the scripts: `manifest.json` (version, file, sha384 integrity, bytes) and
 * `scripts.json`, the inventory of PCI DSS 6.4.3 (why each is there, what it reads, whom it calls), and `sbom.cdx.json`.
 */
const scriptManifest = (files) => ({
  name: 'script-manifest',
  async writeBundle() {
    const scripts = files.map(({ file, ...about }) => {
      const code = readFileSync(join(here, 'dist', file));
      return {
        file,
        integrity: `sha384-${createHash('sha384').update(code).digest('base64')}`,
        bytes: code.length,
        ...about,
      };
    });
    const [{ file, integrity, bytes }] = scripts;
    writeFileSync(
      join(here, 'dist/manifest.json'),
      `${JSON.stringify({ version, file, integrity, bytes }, null, 2)}\n`,
    );
    writeFileSync(join(here, 'dist/sbom.cdx.json'), `${JSON.stringify(sbom(), null, 2)}\n`);
    writeFileSync(join(here, 'dist/scripts.json'), `${JSON.stringify({ version, scripts }, null, 2)}\n`);
  },
});

/**
 * Tools that do not read `exports` (Parcel 2 as it comes, TypeScript's `node10`) look for a folder of the entry's name: each gets one, which leads
 * into `dist`.
 */
const entryFolders = () => ({
  name: 'entry-folders',
  writeBundle() {
    for (const [name, { default: main, types }] of Object.entries(manifest('sdk').exports)) {
      if (name === '.' || !main) continue;
      const folder = join(here, name);
      const from = (path) => path && relative(folder, join(here, path));
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        join(folder, 'package.json'),
        `${JSON.stringify({ main: from(main), types: from(types) }, null, 2)}\n`,
      );
    }
  },
});

/** Only the script tags' entries and idb do anything by being loaded. */
const treeshake = {
  // idb's shortcuts and async iterators, which nothing here uses.
  manualPureFunctions: ['replaceTraps'],
  moduleSideEffects: (id) => /script-tag|node_modules/.test(id),
};

/** A classic script. @param {{ shorten?: boolean, plugins?: import('rollup').Plugin[] }} options */
const script = (entry, file, { shorten = true, plugins = [] } = {}) => ({
  input: join(here, `src/entries/${entry}.ts`),
  treeshake,
  plugins: [
    resolveSource(),
    compile({ target: 'es2022', sourceMap: false }),
    inlineLogMakersPlugin(),
    shakeIdbPlugin(),
    declareByLet(),
    minify({ script: true, shorten }),
    ...plugins,
  ],
  output: { file: join(here, 'dist', file), format: 'iife', sourcemap: false },
});

/** Modules for bundlers. @param entries names of `src/entries/*.ts`; what they share stands in chunks */
const modules = (entries, plugins = []) => ({
  input: Object.fromEntries(entries.map((name) => [name, join(here, `src/entries/${name}.ts`)])),
  external: ['idb'],
  treeshake,
  plugins: [resolveSource(), compile({ target: 'es2022' }), inlineLogMakersPlugin(), ...plugins],
  output: {
    dir: join(here, 'dist'),
    format: 'es',
    sourcemap: true,
    entryFileNames: '[name].js',
    hoistTransitiveImports: false,
    chunkFileNames: `chunks/${entries[0]}-[name].js`,
  },
});

export default () => [
  modules(['npm', 'core', 'signals', 'outbox', 'integrity', 'hosted-fields'], [declareByLet(), minify()]),
  // Prints names out of the tables, so these keep theirs.
  modules(['debug']),
  nodeBuild('sdk', { server: 'src/entries/server.ts' }),
  script('script-tag', 'gander.min.js'),
  script('script-tag-debug', 'gander.debug.min.js', { shorten: false }),
  script('script-tag-integrity', 'gander.integrity.min.js', {
    plugins: [scriptManifest(INVENTORY), entryFolders()],
  }),
];
