import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** For tests: what a delivery stream does with the records that it took. */
export interface DeliveryOptions {
  /** Folder that stands for the bucket. */
  readonly folder: string;
  /** jq query of the partition keys. */
  readonly query: string;
  readonly prefix: string;
  readonly errorPrefix: string;
  readonly extension: string;
  /** A partition's buffer is delivered at this size, */
  readonly bufferBytes: number;
  /** and at this age. */
  readonly bufferMs: number;
  /** Start of the emulated time, ms since 1970. */
  readonly nowMs: number;
}

export interface FirehoseDelivery {
  take(record: Buffer): void;
  advance(ms: number): void;
}

/** Rows that one record is taken apart into at most. */
const MAX_ROWS = 500;
/** Partitions with a buffer at a time. */
const MAX_PARTITIONS = 500;

interface PartitionBuffer {
  readonly since: number;
  readonly rows: string[];
  bytes: number;
}

/** De-aggregation → jq → buffer of the partition → gzipped object; what fails goes to the error prefix, as its own kind. */
export const createFirehoseDelivery = (options: DeliveryOptions): FirehoseDelivery => {
  const buffers = new Map<string, PartitionBuffer>();
  let nowMs = options.nowMs;
  let objects = 0;

  const name = (): string =>
    `gander-1-${new Date(nowMs).toISOString().slice(0, 19).replace(/[T:]/g, '-')}-${objects++}`;

  const put = (key: string, body: string | Uint8Array): void => {
    mkdirSync(dirname(join(options.folder, key)), { recursive: true });
    writeFileSync(join(options.folder, key), body);
  };

  const giveUp = (kind: string, errorCode: string, errorMessage: string, raw: string): void => {
    const iso = new Date(nowMs).toISOString();
    const prefix = options.errorPrefix
      .replace('!{timestamp:yyyy-MM-dd}', iso.slice(0, 10))
      .replace('!{timestamp:HH}', iso.slice(11, 13))
      .replace('!{firehose:error-output-type}', kind);
    const rawData = Buffer.from(raw).toString('base64');
    const letter = {
      attemptsMade: 1,
      arrivalTimestamp: nowMs,
      errorCode,
      errorMessage,
      attemptEndingTimestamp: nowMs,
      rawData,
    };
    put(`${prefix}${name()}`, `${JSON.stringify(letter)}\n`);
  };

  const deliver = (folder: string): void => {
    const { rows } = buffers.get(folder)!;
    buffers.delete(folder);
    put(`${folder}${name()}${options.extension}`, gzipSync(`${rows.join('\n')}\n`));
  };

  const add = (row: string, keys: Readonly<Record<string, unknown>>): void => {
    const values = Object.values(keys);
    if (values.some((v) => typeof v !== 'string' || v === '')) {
      giveUp(
        'metadata-extraction-failed',
        'DynamicPartitioning.MetadataExtractionFailed',
        'partitionKeys values must not be null or empty',
        row,
      );
      return;
    }
    const folder = options.prefix.replace(/!\{partitionKeyFromQuery:(\w+)\}/g, (_, key: string) =>
      String(keys[key]),
    );
    let buffer = buffers.get(folder);
    if (!buffer) {
      if (buffers.size >= MAX_PARTITIONS) {
        giveUp(
          'processing-failed',
          'DynamicPartitioning.ActivePartitionLimitExceeded',
          'too many active partitions',
          row,
        );
        return;
      }
      buffer = { since: nowMs, rows: [], bytes: 0 };
      buffers.set(folder, buffer);
    }
    buffer.rows.push(row);
    buffer.bytes += row.length + 1;
    if (buffer.bytes >= options.bufferBytes) deliver(folder);
  };

  return {
    take(record) {
      const text = record.toString();
      // Our rows hold no line end, so that one line is one JSON object, as Firehose's JSON de-aggregation wants it.
      const rows = text.split('\n').filter((line) => line !== '');
      if (rows.length > MAX_ROWS) {
        giveUp(
          'processing-failed',
          'RecordDeaggregation.LimitExceeded',
          'more than 500 rows in a record',
          text,
        );
        return;
      }
      const keys = runJq(options.query, rows);
      if (!keys) {
        giveUp('processing-failed', 'DynamicPartitioning.MetadataExtractionFailed', 'not JSON', text);
        return;
      }
      for (const [i, row] of rows.entries()) add(row, keys[i]!);
    },
    advance(ms) {
      nowMs += ms;
      for (const [folder, { since }] of [...buffers]) if (nowMs - since >= options.bufferMs) deliver(folder);
    },
  };
};

/** The partition keys of each row by the real jq; undefined when a row is no JSON. */
const runJq = (query: string, rows: readonly string[]): Record<string, unknown>[] | undefined => {
  try {
    const out = execFileSync('jq', ['-c', query], {
      input: rows.join('\n'),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    return out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  } catch {
    return;
  }
};
