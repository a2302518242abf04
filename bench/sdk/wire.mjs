// Bytes sent for the reference checkout: recorded from the real SDK in Chromium, beside peers on the very same script.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { encodeFrame } from '@gander/log-codes/encode';
import { CONTROL, GANDER } from './contestants.mjs';
import { playReferenceCheckout } from './reference-checkout.mjs';
import { setStage } from './stage.mjs';
import { bar, figure, printReport } from './table.mjs';

const LOGS = 150;
const KIB = 1_024;

/** Prints the table. @param {{ sdks?: string, record?: boolean, command: string }} options */
export const wire = async ({ sdks, record, command }) => {
  const stage = await setStage({ sdks });
  const { cast, collector } = stage;
  for (const actor of cast) await stage.load(actor);
  const from = Date.now();
  await Promise.all(
    cast.map(async (actor) => {
      await playReferenceCheckout(actor.hands, { away: (ms) => away(actor, ms) });
      await actor.page.goto('about:blank');
    }),
  );
  await wait(3_000);
  const seconds = (Date.now() - from) / 1e3;
  await stage.close();

  const rows = cast
    .filter(({ id }) => id !== CONTROL)
    .map(({ id, label, host }) => ({ id, label, ...sentBy(collector.of(host)) }));
  const gander = rows.find(({ id }) => id === GANDER);
  if (gander && record) recordLogs(collector.of(`${GANDER}.localhost`).batches);
  printReport({
    name: 'wire',
    command,
    head: ['contestant', 'requests', 'preflights', 'bytes sent', '÷ Gander'],
    rows: rows.map((row) => [
      row.label,
      figure(row.requests),
      figure(row.preflights),
      figure(row.bytes),
      gander ? figure(row.bytes / gander.bytes, 1) : '',
    ]),
    notes: [
      `one checkout of ${figure(seconds)} s, played on every page at once; bodies and queries as they came, without headers`,
      ...(gander ? notesOf(gander) : []),
    ],
    data: rows,
  });
};

/** The page goes out of sight, and comes back. */
const away = async ({ cdp }, ms) => {
  await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  const { windowId } = await cdp.send('Browser.getWindowForTarget');
  await cdp.send('Browser.setWindowBounds', { windowId, bounds: { windowState: 'minimized' } });
  await wait(ms);
  await cdp.send('Browser.setWindowBounds', { windowId, bounds: { windowState: 'normal' } });
  await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: true });
};

const sentBy = ({ requests, preflights, bytes, batches }) => {
  const logs = batches.reduce((sum, { frame }) => sum + frame.logs.length, 0);
  const frameBytes = batches.reduce((sum, batch) => sum + batch.frameBytes, 0);
  const bodyBytes = batches.reduce((sum, batch) => sum + batch.bytes, 0);
  const textBytes = batches.reduce((sum, batch) => sum + Math.ceil((batch.frameBytes * 4) / 3), 0);
  const headBytes = batches.reduce(
    (sum, { frame }) => sum + encodeFrame(frame, frame.labels, [], 0).length,
    0,
  );
  const codes = {};
  for (const { frame } of batches) for (const { code } of frame.logs) codes[code] = (codes[code] ?? 0) + 1;
  return {
    requests,
    preflights,
    bytes,
    batches: batches.length,
    logs,
    headBytes,
    frameBytes,
    textBytes,
    bodyBytes,
    codes,
  };
};

const notesOf = ({ logs, batches, headBytes, frameBytes, textBytes, bodyBytes, codes }) => [
  `Gander: ${figure(logs)} logs in ${figure(batches)} batches: frames ${figure(frameBytes)} B (heads and labels ${figure(headBytes)} B; a log alone ${figure((frameBytes - headBytes) / logs, 2)} B), base64url ${figure(textBytes)} B, bodies with tokens ${figure(bodyBytes)} B`,
  `by code: ${Object.entries(codes)
    .map(([code, count]) => `${code} × ${count}`)
    .join(', ')}`,
  bar(
    `≤ 7 B a log before base64, frame headers included: ${figure(frameBytes / logs, 2)} B`,
    frameBytes / logs <= 7,
  ),
  bar(
    `≤ 1.5 KiB in all (frames as sent, for ${LOGS} logs): ${figure((textBytes * LOGS) / logs)} B`,
    (textBytes * LOGS) / logs <= 1.5 * KIB,
  ),
  bar(
    `≤ 1.5 KiB in all, tokens included, for ${LOGS} logs: ${figure((bodyBytes * LOGS) / logs)} B`,
    (bodyBytes * LOGS) / logs <= 1.5 * KIB,
  ),
];

/** Keeps what the SDK said (code, ms since the first, attributes), for other batches and encodings to be tried on. */
const recordLogs = (batches) => {
  const from = batches[0].frame.baseTimeMs;
  const logs = batches.flatMap(({ frame }) =>
    frame.logs.map(({ code, timeMs, attributes }) => [code, timeMs - from, attributes]),
  );
  writeFileSync(
    join(import.meta.dirname, '../../.cache/bench/reference-checkout.json'),
    JSON.stringify(logs),
  );
};
