import { gunzipSync, gzipSync } from 'node:zlib';
import { fromBase64Url } from '@gander/log-codes';
import type { LakeStore, StoredObject } from './lake-store.ts';

/** What could not become rows, as it stands in one line of an object below `dead-letter/`. */
export interface DeadLetter {
  /** The line as it stands there. */
  readonly line: string;
  /** Which part gave up; `unknown` for a line that cannot be read itself. */
  readonly stage: 'landing' | 'firehose' | 'unknown';
  /** A fault of the frame, or an error code of Firehose. */
  readonly reason: string;
  /** Receive time (of Firehose: when it got the record), ms since 1970; 0 when unknown. */
  readonly receivedMs: number;
  readonly bytes: number;
  /** Null where it is not known: one record of Firehose holds rows of several. */
  readonly merchant: string | null;
  /** Kept content: a batch's frame, or the rows of a record; null when it was not kept, as with a card number. */
  readonly content: Uint8Array | null;
  /** Of a batch: what its rows need besides the frame. */
  readonly batch: {
    readonly session: string;
    readonly transaction: string;
    /** The lowest, where an older version did not write it down. */
    readonly assurance: 1 | 2 | 3;
    readonly late: boolean;
  } | null;
}

/** The dead letters of an object; a local or S3 object of the collector is gzipped, one of Firehose is not. */
export const readDeadLetters = async (
  store: Pick<LakeStore, 'read'>,
  object: Pick<StoredObject, 'key'>,
): Promise<DeadLetter[]> => {
  const text = await readLines(store, object.key);
  return text.split('\n').filter(Boolean).map(parse);
};

/** Replaces an object by what is left of its letters; with nothing left it is removed. */
export const keepDeadLetters = async (
  store: Pick<LakeStore, 'replace' | 'remove'>,
  object: Pick<StoredObject, 'key'>,
  letters: readonly DeadLetter[],
): Promise<void> => {
  if (!letters.length) return store.remove(object.key);
  const text = letters.map(({ line }) => `${line}\n`).join('');
  await store.replace(object.key, object.key.endsWith('.gz') ? gzipSync(text) : Buffer.from(text));
};

const readLines = async (store: Pick<LakeStore, 'read'>, key: string): Promise<string> => {
  const bytes = Buffer.from((await store.read(key)) ?? []);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? gunzipSync(bytes) : bytes).toString();
};

const HEX_16 = /^[0-9a-f]{16}$/;
const HEX_32 = /^[0-9a-f]{32}$/;
const REFERENCE = /^(?:[A-Za-z0-9_-]{1,40}|~[0-9a-f]{32})$/;
const REASON = /^[A-Za-z0-9_.-]{1,80}$/;

const parse = (line: string): DeadLetter => {
  const unreadable: DeadLetter = {
    line,
    stage: 'unknown',
    reason: 'unreadable',
    receivedMs: 0,
    bytes: Buffer.byteLength(line),
    merchant: null,
    content: null,
    batch: null,
  };
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return (value.rawData === undefined ? parseBatch(line, value) : parseRecord(line, value)) ?? unreadable;
  } catch {
    return unreadable;
  }
};

const parseBatch = (line: string, value: Record<string, unknown>): DeadLetter | undefined => {
  const { reason, merchant, session, transaction, received_ms, bytes, frame, assurance, late } = value;
  if (!matches(reason, REASON) || !matches(merchant, HEX_16) || !matches(session, HEX_32)) return;
  if (!matches(transaction, REFERENCE) || !Number.isSafeInteger(received_ms)) return;
  return {
    line,
    stage: 'landing',
    reason,
    receivedMs: received_ms as number,
    bytes: Number.isSafeInteger(bytes) ? (bytes as number) : 0,
    merchant,
    content: typeof frame === 'string' ? fromBase64Url(frame) : null,
    batch: {
      session,
      transaction,
      assurance: assurance === 2 || assurance === 3 ? assurance : 1,
      late: late === true,
    },
  };
};

/** https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html */
const parseRecord = (line: string, value: Record<string, unknown>): DeadLetter | undefined => {
  const { errorCode, arrivalTimestamp, rawData } = value;
  if (typeof rawData !== 'string' || !Number.isSafeInteger(arrivalTimestamp)) return;
  const content = Buffer.from(rawData, 'base64');
  return {
    line,
    stage: 'firehose',
    reason: matches(errorCode, REASON) ? errorCode : 'unknown',
    receivedMs: arrivalTimestamp as number,
    bytes: content.length,
    merchant: null,
    content,
    batch: null,
  };
};

const matches = (value: unknown, pattern: RegExp): value is string =>
  typeof value === 'string' && pattern.test(value);
