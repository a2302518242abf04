import {
  ARGS_RADIX,
  ATTRIBUTE,
  encodeFrame,
  encodeLog,
  FIRST_CODE,
  type LakeRow,
  LOG_CODE,
  type Log,
} from '@gander/log-codes';
import type { WirePart } from './api.ts';

/**
 * The bytes of one log of a frame, piece by piece: code, time since the log before, number of arguments, arguments (docs/wire.md).
 * @param frame a frame that decodes
 * @param logSeq number of the log in its session
 * @returns undefined when the frame does not hold it
 */
export const wireOfLog = (frame: Uint8Array, logSeq: number): WirePart[] | undefined => {
  let at = 0;
  let from = 0;
  const next = (): number => {
    from = at;
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = frame[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  next();
  const first = next();
  next();
  next();
  at++;
  for (let labels = next(); labels > 0; labels--) {
    const length = next();
    at += length;
  }
  const count = next();
  const index = logSeq - first;
  if (index < 0 || index >= count) return;
  for (let i = 0; i <= index; i++) {
    const part = (name: string): WirePart => {
      const value = next();
      return { name, value, hex: hexOf(frame.subarray(from, at)) };
    };
    const code = part('code');
    const both = part('since previous, ms');
    const few = both.value % ARGS_RADIX;
    const more = few === ARGS_RADIX - 1 ? part('arguments') : { value: 0, hex: '' };
    const parts: WirePart[] = [
      { ...code, value: code.value + FIRST_CODE },
      { ...both, value: Math.floor(both.value / ARGS_RADIX) },
      // Travels in the number before, as far as it is below 7.
      { name: 'arguments', value: few + more.value, hex: more.hex },
    ];
    const row = LOG_CODE.get(parts[0]!.value);
    for (let a = 0; a < few + more.value; a++) parts.push(part(row?.attributes[a] ?? `argument ${a + 1}`));
    if (i === index) return parts;
  }
  return;
};

/** Makes a log's bytes again from its row in the lake, as the SDK's encoder would. */
export const wireOfRow = (row: LakeRow, sincePreviousMs: number): WirePart[] => {
  const event = row.code % 1000;
  const args: (number | string)[] = (LOG_CODE.get(event)?.attributes ?? []).map((name) => {
    const attribute = ATTRIBUTE.get(name)!;
    const value = row[name];
    if (typeof value === 'string') return value;
    if (typeof value !== 'number') return 0;
    const folded = attribute.type === 'int' ? (value < 0 ? -value * 2 - 1 : value * 2) : value;
    return attribute.optional ? folded + 1 : folded;
  });
  for (const unknown of String(row.unknown_args ?? '').split(',')) if (unknown) args.push(Number(unknown));
  const out: number[] = [];
  const labels: string[] = [];
  encodeLog(out, [event, ...args] satisfies Log, sincePreviousMs, labels);
  const header = { batchSeq: 0, firstLogSeq: row.log_seq, baseTimeMs: 0, sentAfterMs: 0, transactionType: 0 };
  return wireOfLog(encodeFrame(header, labels, out, 1), row.log_seq)!;
};

const hexOf = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ');
