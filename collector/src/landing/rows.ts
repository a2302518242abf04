import {
  type DecodedLog,
  FrameError,
  type FrameFault,
  LAKE_COLUMNS,
  type LakeRow,
  LOG_CODE,
  looksLikeCardNumber,
  MAX_LABEL_LENGTH,
  storedCode,
} from '@gander/log-codes';
import { decodePlaced, type PlacedFrame } from '@gander/log-codes/decode';
import type { Batch } from '../journal/batch.ts';
import type { LineBuffer } from './packer.ts';
import { NUMBER_BYTES, writeBytes, writeNumber } from './write-bytes.ts';

/** Why a batch cannot become rows: a fault of its frame, or a number that fits no column. */
export type RowsFault = FrameFault | 'log_seq' | 'batch_seq' | 'code';

/** Thrown by {@link rowsOf}; carries no value of the batch. The batch then goes to the dead letters with this reason. */
export class RowsError extends Error {
  override readonly name = 'RowsError';
  readonly fault: RowsFault;
  constructor(fault: RowsFault) {
    super(`batch has no rows: ${fault}`);
    this.fault = fault;
  }
}

/** Behind by up to this is lag (an outbox keeps batches for a day); beyond, the device's clock is wrong. */
const MAX_SEALED_LAG_MS = 24 * 3600 * 1000;
/** No honest log is older at receipt: four hours of session, a day in the outbox, and room for skew. */
const MAX_LAG_MS = 48 * 3600 * 1000;
const MAX_INTEGER = 2 ** 31 - 1;
/** Twelve digits: as many as the shortest card number has. No honest integer of a log is so large. */
const CARD_SIZED = 1e11;

/**
 * The rows of one batch, as landing, live view and timeline all show them: decoded, with the device's clock corrected.
 *
 * The clock: `sealed` = base time + sent-after. Sealed later than received: everything is shifted back, so that nothing lies in
 * the future. Sealed up to 24 h before: taken as lag, nothing is shifted. Before that: the clock is wrong, everything is shifted
 * so that the batch was sealed when it was received. Each row keeps `event_ts + lag_ms = receivedMs` and `lag_ms` ≥ 0.
 *
 * @param batch as the journal keeps it
 * @param collector name of the collector that took it
 * @throws RowsError when the frame does not decode, or holds a number that fits no column, or a card number
 * @example rowsOf(batch, 'c1')[0] // { merchant: '00…', log_seq: 0, code: 1220, event_ts: 1700000000000, lag_ms: 2100, field: 1, … }
 */
export const rowsOf = (batch: Batch, collector: string): LakeRow[] => {
  const frame = readBatch(batch);
  const { batchSeq, transactionType, logs } = frame;
  const skewMs = skewOf(frame, batch);
  return logs.map((log) => {
    const eventTs = eventTsOf(log, batch, skewMs);
    const { names, empty } = shapeOf(log.code);
    const row = { ...empty };
    row.merchant = batch.merchant;
    row.session = batch.session;
    row.transaction = batch.transaction;
    row.log_seq = log.seq;
    row.batch_seq = batchSeq;
    row.code = storedCode(transactionType, log.code);
    row.event_ts = eventTs;
    row.lag_ms = batch.receivedMs - eventTs;
    row.skew_ms = eventTs - log.timeMs;
    row.assurance = batch.assurance;
    row.late = batch.late;
    row.collector = collector;
    if (log.unknownArgs.length) row.unknown_args = log.unknownArgs.join(',');
    for (let i = 0; i < names.length; i++) row[names[i]!] = log.values[i];
    return row as LakeRow;
  });
};

type Shape = Record<string, string | number | boolean | undefined>;

/**
 * A row that has all columns of its code, without values: copies of it share one hidden class, while a row that grows column by column
 * becomes a dictionary, of twice the bytes (https://v8.dev/blog/fast-properties). Absent attributes are `undefined` in it.
 */
const createShape = (attributes: readonly string[]): { names: readonly string[]; empty: Shape } => {
  const columns = [...ROW_HEAD, ...attributes].map((name) => `"${name}":null`);
  const empty = JSON.parse(`{${columns.join()}}`) as Shape;
  for (const name in empty) empty[name] = undefined;
  return { names: attributes, empty };
};

const ROW_HEAD = LAKE_COLUMNS.filter((c) => c.from === 'envelope').map((c) => c.name);
const SHAPES = new Map([...LOG_CODE].map(([code, { attributes }]) => [code, createShape(attributes)]));
const NO_SHAPE = createShape([]);
const shapeOf = (code: number): ReturnType<typeof createShape> => SHAPES.get(code) ?? NO_SHAPE;

/**
 * Writes the same rows as lines, each as {@link rowLine} has it, without a row or a text between: what is the same in all of a batch is
 * made once, and of the columns only those that the log's code has are looked at.
 * @returns how many lines
 * @throws RowsError as {@link rowsOf}, before anything is written
 */
export const writeRowLines = (batch: Batch, collector: string, out: LineBuffer): number => {
  const frame = readBatch(batch);
  const { batchSeq, transactionType, logs } = frame;
  const skewMs = skewOf(frame, batch);
  const { merchant, session, transaction, receivedMs } = batch;
  const ids = Buffer.from(
    `{"merchant":${JSON.stringify(merchant)},"session":${JSON.stringify(session)},"transaction":${JSON.stringify(transaction)},"log_seq":`,
  );
  const code = Buffer.from(`,"batch_seq":${batchSeq},"code":`);
  const origin = Buffer.from(
    `,"assurance":${batch.assurance},"late":${batch.late},"collector":${JSON.stringify(collector)}`,
  );
  const batchBytes = ids.length + code.length + origin.length;
  for (const log of logs) {
    const { columns, bytes } = columnsOf(log.code);
    const to = out.reserve(batchBytes + FIXED_BYTES + bytes + log.unknownArgs.length * (NUMBER_BYTES + 1));
    const eventTs = eventTsOf(log, batch, skewMs);
    let { at } = out;
    at = writeNumber(to, writeBytes(to, at, ids), log.seq);
    at = writeNumber(to, writeBytes(to, at, code), storedCode(transactionType, log.code));
    at = writeNumber(to, writeBytes(to, at, EVENT_TS), eventTs);
    at = writeNumber(to, writeBytes(to, at, LAG_MS), receivedMs - eventTs);
    at = writeNumber(to, writeBytes(to, at, SKEW_MS), eventTs - log.timeMs);
    at = writeBytes(to, at, origin);
    if (log.unknownArgs.length) at += to.write(`,"unknown_args":"${log.unknownArgs.join(',')}"`, at);
    for (const { place, key } of columns) {
      const value = log.values[place];
      if (value === undefined) continue;
      at = writeBytes(to, at, key);
      if (typeof value === 'number') at = writeNumber(to, at, value);
      else at += to.write(JSON.stringify(value), at);
    }
    out.at = writeBytes(to, at, LINE_END);
  }
  return logs.length;
};

const EVENT_TS = Buffer.from(',"event_ts":');
const LAG_MS = Buffer.from(',"lag_ms":');
const SKEW_MS = Buffer.from(',"skew_ms":');
const LINE_END = Buffer.from('}\n');
/** The numbers that each line has, and what stands around them. */
const FIXED_BYTES =
  5 * NUMBER_BYTES + EVENT_TS.length + LAG_MS.length + SKEW_MS.length + LINE_END.length + 32;
/** A label in quotes; each character three bytes at most. */
const LABEL_BYTES = 3 * MAX_LABEL_LENGTH + 2;

interface Column {
  /** Place of its attribute in the code's row of the table. */
  readonly place: number;
  /** What stands before its value. */
  readonly key: Uint8Array;
}

interface Columns {
  readonly columns: readonly Column[];
  /** Most that they take in a line. */
  readonly bytes: number;
}

const ORDER = new Map(LAKE_COLUMNS.map((c, i) => [c.name, i]));
/** The columns of a code's attributes, in the order of the table. */
const COLUMNS: ReadonlyMap<number, Columns> = new Map(
  [...LOG_CODE].map(([code, { attributes }]) => {
    const columns = attributes
      .toSorted((a, b) => ORDER.get(a)! - ORDER.get(b)!)
      .map((name) => ({ place: attributes.indexOf(name), key: Buffer.from(`,"${name}":`) }));
    const bytes = columns.reduce((sum, { key }) => sum + key.length + Math.max(NUMBER_BYTES, LABEL_BYTES), 0);
    return [code, { columns, bytes }];
  }),
);
const NO_COLUMNS: Columns = { columns: [], bytes: 0 };
const columnsOf = (code: number): Columns => COLUMNS.get(code) ?? NO_COLUMNS;

/** A batch's frame, decoded and found to fit the columns. @throws RowsError */
const readBatch = (batch: Batch): PlacedFrame => {
  const frame = decode(batch.frame);
  if (frame.firstLogSeq + frame.logs.length > MAX_INTEGER) throw new RowsError('log_seq');
  if (frame.batchSeq > MAX_INTEGER) throw new RowsError('batch_seq');
  for (const log of frame.logs) {
    if (log.code > 999) throw new RowsError('code');
    for (const value of log.values) refuseCardNumber(value);
    for (const value of log.unknownArgs) refuseCardNumber(value);
  }
  return frame;
};

const eventTsOf = (log: Pick<DecodedLog, 'timeMs'>, { receivedMs }: Batch, skewMs: number): number =>
  clamp(log.timeMs + skewMs, receivedMs - MAX_LAG_MS, receivedMs);

const decode = (bytes: Uint8Array): PlacedFrame => {
  try {
    return decodePlaced(bytes);
  } catch (error) {
    if (error instanceof FrameError) throw new RowsError(error.fault);
    throw error;
  }
};

const skewOf = ({ baseTimeMs, sentAfterMs }: PlacedFrame, { receivedMs }: Batch): number => {
  const behind = receivedMs - (baseTimeMs + sentAfterMs);
  return behind >= 0 && behind <= MAX_SEALED_LAG_MS ? 0 : behind;
};

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Labels were guarded by the decoder; a number that a foreign or broken client sends as an attribute is guarded here. */
const refuseCardNumber = (value: number | string | undefined): void => {
  if (typeof value === 'number' && Math.abs(value) >= CARD_SIZED && looksLikeCardNumber(String(value))) {
    throw new RowsError('card_number');
  }
};

/** Names of the columns, in the order in which {@link rowLine} writes them. */
const NAMES = LAKE_COLUMNS.map((c) => c.name);

/** One row as a line of NDJSON without its line end: columns in table order, absent ones left out, so the same row is the same bytes. */
export const rowLine = (row: LakeRow): string => {
  let line = '{';
  for (const name of NAMES) {
    const value = row[name];
    if (value === undefined || value === null) continue;
    // Text here is ids and labels, whose alphabets need no escape; JSON.stringify stands guard for a registry that errs.
    line += `${line.length > 1 ? ',' : ''}"${name}":${typeof value === 'string' ? JSON.stringify(value) : value}`;
  }
  return `${line}}`;
};
