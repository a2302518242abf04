/**
 * `npm run bench:intake`: CPU of our own code for one batch of 25 logs, part by part, in a loop and without HTTP or disk: a token's
 * check cold and cached, base64url and the check of the frame, the encoding into the journal.
 */
import { randomBytes } from 'node:crypto';
import { toBase64Url } from '@gander/log-codes';
import { fromBase64Url, inspectFrame } from '@gander/log-codes/decode';
import { checkoutFrame } from '../faults/checkout-frame.ts';
import { createSegmentEncoder } from '../journal/segment-encoder.ts';
import { createTokens, originHash } from './token.ts';
import { createTokenCache } from './token-cache.ts';

const ROUNDS = 11;
const TIMES = 20_000;
/** A collector that serves a busy hour: each batch comes with one of so many tokens. */
const TOKENS = Number(process.env.TOKENS ?? 5_000);

const tokens = createTokens({ rootKey: randomBytes(32), rotationDays: 7, useSeconds: 87_360, now: Date.now });
const sessions = Array.from({ length: TOKENS }, () => randomBytes(16).toString('hex'));
const issued = Math.floor(Date.now() / 1_000);
const texts = sessions.map((session, i) =>
  tokens.mint({
    merchant: '00112233445566ff',
    session,
    transaction: `order_${i}`,
    assurance: 2,
    originHash: originHash('https://shop.example'),
    issued,
    expires: issued + 900,
  }),
);
const frames = Array.from({ length: 64 }, (_, i) => checkoutFrame(i));
const bodies = frames.map((frame) => Buffer.from(toBase64Url(frame)));
const cache = createTokenCache(tokens, () => undefined);
for (const text of texts) cache.get(text);
// Tokens arrive as new strings, whose hash is not known yet.
const arrived = texts.map((text) => Buffer.from(text));

/** Median over rounds, µs a call. */
const measure = (name: string, bar: string, call: (i: number) => unknown): void => {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < TIMES; i++) call(i);
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / TIMES);
  }
  rounds.sort((a, b) => a - b);
  console.log(`${name.padEnd(34)} ${rounds[ROUNDS >> 1]!.toFixed(2)} µs  (bar ${bar})`);
};

measure('token, cold', '6', (i) => tokens.verify(texts[i % TOKENS]!));
measure('token, cached', '0.1', (i) => cache.get(texts[i % TOKENS]!));
measure('token, cached, its text made anew', '-', (i) => cache.get(arrived[i % TOKENS]!.toString('latin1')));
measure('base64url and check of 25 logs', '8', (i) => inspectFrame(fromBase64Url(bodies[i % 64]!)));
let encoder = createSegmentEncoder({ number: 1, baseMs: Date.now(), previous: 0, previousEnd: 0 });
measure('encoding into the journal', '6', (i) => {
  if (i === 0) encoder = createSegmentEncoder({ number: 1, baseMs: Date.now(), previous: 0, previousEnd: 0 });
  encoder.add({
    merchant: '00112233445566ff',
    session: sessions[i % TOKENS]!,
    transaction: `order_${i % TOKENS}`,
    assurance: 2,
    late: false,
    receivedMs: issued * 1_000 + (i >> 4),
    frame: frames[i % 64]!,
  });
  if (i % 16 === 15) encoder.take();
});
