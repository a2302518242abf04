// Bytes: the script tag beside peers' own bundles, the stub, and the npm core without the outbox.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { bundle, CONTROL, contestantsOf, FLOOR, GANDER, scriptOf, versionOf } from './contestants.mjs';
import { bar, figure, median, printReport } from './table.mjs';

const ROOT = join(import.meta.dirname, '../..');

const sizesOf = (bytes) => ({
  brotli: brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  raw: bytes.length,
});

/** The stub stands in the documentation, as pages copy it from there. */
const stubOf = () => {
  const stub = /<script>(!function.*?)<\/script>/s.exec(readFileSync(join(ROOT, 'docs/sdk.md'), 'utf8'));
  if (!stub) throw new Error('docs/sdk.md has no stub any more');
  return Buffer.from(stub[0]);
};

/** Prints the table. @param {{ sdks?: string, command: string }} options */
export const size = async ({ sdks, command }) => {
  const rows = [];
  const add = (name, version, bytes) => rows.push({ name, version, ...sizesOf(bytes) });
  for (const contestant of contestantsOf(sdks)) {
    if (contestant.id === CONTROL || contestant.id === FLOOR) continue;
    add(contestant.label, versionOf(contestant), await scriptOf(contestant));
    if (contestant.id !== GANDER) continue;
    add('Gander, npm core: no signals, no outbox', '', await bundle(join(ROOT, 'sdk/dist/core.js'), 'esm'));
    add('Gander, npm with outbox (idb included)', '', await bundle(join(ROOT, 'sdk/dist/npm.js'), 'esm'));
    add('Gander, queue stub with its tags', '', stubOf());
    add(
      'Gander, npm core with field visits, clipboard, attention, unload',
      '',
      await bundle(join(import.meta.dirname, 'entries/gander-picked.js'), 'esm'),
    );
  }
  const [tag, core, , stub] = rows;
  const peers = rows.slice(5);
  printReport({
    name: 'size',
    command,
    head: ['script', 'version', 'brotli-11, B', 'gzip-9, B', 'raw, B', '÷ Gander'],
    rows: rows.map((row) => [
      row.name,
      row.version,
      figure(row.brotli),
      figure(row.gzip),
      figure(row.raw),
      figure(row.brotli / tag.brotli, 2),
    ]),
    notes: [
      bar(`script tag ≤ 7.5 KiB (7,680 B; stretch 6,144): ${figure(tag.brotli)} B`, tag.brotli <= 7_680),
      bar(`npm core ≤ 5 KiB (5,120 B): ${figure(core.brotli)} B`, core.brotli <= 5_120),
      bar(`stub ≤ 400 B, uncompressed: ${figure(stub.raw)} B`, stub.raw <= 400),
      `peers, median: ${figure(median(peers.map((p) => p.brotli)))} B brotli`,
    ],
    data: rows,
  });
};
