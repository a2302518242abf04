// What the SDK ships: ES modules for bundlers, one classic script for the tag, the server's grant maker, and the script's manifest.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import terser from '@rollup/plugin-terser';
import { compile, manifest, nodeBuild, resolveSource } from '../scripts/build-parts.mjs';
import { inlineLogMakersPlugin } from './scripts/inline-log-makers.mjs';

const here = import.meta.dirname;
const { version } = manifest('sdk');

/** Why each script is there, what it reads and whom it calls: the words of the inventory. */
const READS =
  'Form fields: type, name, id, autocomplete, placeholder, aria-label, labels; whether filled (:autofill, :placeholder-shown, validity). Events: kinds and times of focus, keys, input, paste, drop, click, pointer, scroll, visibility. Never values, keys, clipboard, text, URLs or error messages.';
const HOSTS = ['the collector, by POST to /v1/sessions and /v1/logs, and no other'];
const INVENTORY = [
  {
    file: 'gander.min.js',
    purpose:
      'Behavioural telemetry of the checkout: how its form is filled in, to tell people from programs and to see where they give up.',
    reads: READS,
    stores:
      'IndexedDB database "gander": batches not yet acknowledged, at most 256 KiB and 24 h, with full consent only. No cookie.',
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

/**
 * Properties of objects that never leave a bundle: shortened. None of them is an option, a public name, stored in the outbox, or the
 * name of anything in a browser.
 */
const INTERNAL =
  `listen watch activeAt clickAt keyAt pointerAt visibleAt focusedAt onLeave sinceReady filledBy filled since deletions overlaps
  presses dwells pressed released touched held visits pauses retryAfterMs createOutbox onLost onRecovered onRefused onOpened onDone onSave
  onLog pump retryNow guard hold look hosted peek sweep full writeBehind isFilled batchSeq firstLogSeq baseTimeMs sentAfterMs
  field_no frame_no since_focus_ms since_visible_ms since_ready_ms duration_ms first_key_ms replaced corrections dwell_p10_ms dwell_p50_ms
  dwell_p90_ms flight_p10_ms flight_p50_ms flight_p90_ms dwell_cv_pct flight_cv_pct flight_autocorr_pct overlap_pct distinct_pct clock_step_us
  soft_keyboard softKeyboard fields visit info total seal until leave enter origin_kind drop_reason storage_failure send_failure error_kind`.split(
    /\s+/,
  );

const small = () =>
  terser({
    ecma: 2020,
    module: true,
    compress: { passes: 4, pure_getters: true, unsafe_arrows: true, inline: 1 },
    mangle: {
      properties: {
        // Some are also names in browsers that nothing here uses.
        builtins: true,
        regex: new RegExp(`^(${INTERNAL.join('|')})$`),
      },
    },
    format: { comments: false },
  });

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

/** Only the script tags' entries and idb do anything by being loaded. */
const treeshake = {
  // idb's shortcuts and async iterators, which nothing here uses.
  manualPureFunctions: ['replaceTraps'],
  moduleSideEffects: (id) => /script-tag|node_modules/.test(id),
};

/** A classic script. */
const script = (entry, file, plugins = []) => ({
  input: join(here, `src/entries/${entry}.ts`),
  treeshake,
  plugins: [
    resolveSource(),
    compile({ target: 'es2022', sourceMap: false }),
    inlineLogMakersPlugin(),
    small(),
    ...plugins,
  ],
  output: { file: join(here, 'dist', file), format: 'iife', sourcemap: false },
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
  browser(['npm', 'core', 'debug', 'integrity', 'hosted-fields']),
  nodeBuild('sdk', { server: 'src/entries/server.ts' }),
  script('script-tag', 'gander.min.js'),
  script('script-tag-debug', 'gander.debug.min.js'),
  script('script-tag-integrity', 'gander.integrity.min.js', [scriptManifest(INVENTORY)]),
];
