/**
 * Scores the field classifier on a folder of labelled pages in real Chromium: `npm run bench:forms -- --pages FOLDER`.
 * `--misleading` takes the secrets that were written to be taken for less (`bench/forms/misleading`); `--misses` lists every control it got wrong, `--lowered`
 * every secret that is not treated as one; `--json FILE` writes the figures.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { classifierBytes, classifyPages } from './classify-pages.ts';
import { confusionTable, scoreOf } from './score.ts';

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '../shared/forms/pages' },
    misleading: { type: 'boolean', default: false },
    lowered: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const results = await classifyPages(values.misleading ? 'bench/forms/misleading' : values.pages);
const score = scoreOf(results);
console.log(confusionTable(results));
for (const m of [...(values.misses ? score.misses : []), ...(values.lowered ? score.lowered : [])])
  console.log(`${m.page}\n  ${m.label} → ${m.fieldClass}\n  ${m.words}\n  ${m.tag}`);
const percent = (part: readonly [number, number]): string =>
  `${((100 * part[0]) / part[1]).toFixed(2)} % (${part[0]} of ${part[1]})`;
console.log(`pages              ${new Set(results.map((r) => r.page)).size}`);
console.log(`class accuracy     ${percent(score.all)}`);
console.log(`card fields        ${percent(score.card)}`);
console.log(`S0 recall          ${percent(score.secret)}`);
console.log(`secrets lowered    ${score.lowered.length} of ${score.secrets}`);
console.log(`classifier alone   ${await classifierBytes()} B (minified, brotli 11)`);
if (values.json)
  writeFileSync(
    values.json,
    JSON.stringify({ ...score, lowered: score.lowered.length, misses: score.misses.length }),
  );
