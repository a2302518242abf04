import { gunzipSync } from 'node:zlib';

/** Rows of one record: Firehose takes a record apart into at most 500 (https://docs.aws.amazon.com/firehose/latest/dev/limits.html). */
export const MAX_ROWS = 500;
/** Bytes of one record, before base64: 1,000 KiB. */
export const MAX_RECORD_BYTES = 1_000 * 1_024;
/** Records of one call. */
export const MAX_RECORDS = 500;
/** Bytes of one call. The limit is 4 MiB; three quarters of it stay below even where base64 is counted. */
export const MAX_CALL_BYTES = 3 * 1_024 * 1_024;

/** The values of an object's folders, `dt`, `hour` and `shard`, as they are written into each of its rows. */
const KEY = /\/dt=([0-9-]+)\/hour=([0-9]+)\/shard=([0-9]+)\/[^/]+$/;

/**
 * A landing object as records of Firehose: many rows in one record, since Firehose bills each record in steps of 5 KB, each row with
 * its `dt`, `hour` and `shard` for dynamic partitioning.
 * @param key of the object, `landing/logs/dt=…/hour=…/shard=…/…`
 * @param body gzipped NDJSON
 * @throws when the key has no such folders, or a row is larger than a record may be
 */
export const recordsOf = (key: string, body: Uint8Array): Uint8Array[] => {
  const folders = KEY.exec(key);
  if (!folders) throw new Error('not a key of landing');
  const partition = Buffer.from(`,"dt":"${folders[1]}","hour":"${folders[2]}","shard":"${folders[3]}"}\n`);
  const text = gunzipSync(body);
  const records: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const close = (): void => {
    if (parts.length) records.push(Buffer.concat(parts));
    parts = [];
    bytes = 0;
  };
  for (let from = 0; from < text.length; ) {
    const lineEnd = text.indexOf(10, from);
    const end = lineEnd < 0 ? text.length : lineEnd;
    // Without its closing brace, which `partition` brings.
    const row = text.subarray(from, end - 1);
    const size = row.length + partition.length;
    if (size > MAX_RECORD_BYTES) throw new Error('row larger than a record');
    if (parts.length === 2 * MAX_ROWS || bytes + size > MAX_RECORD_BYTES) close();
    parts.push(row, partition);
    bytes += size;
    from = end + 1;
  }
  close();
  return records;
};

/** Groups records into calls, in order. */
export const callsOf = (records: readonly Uint8Array[]): Uint8Array[][] => {
  const calls: Uint8Array[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    if (bytes + record.length > MAX_CALL_BYTES || calls.at(-1)!.length === MAX_RECORDS) {
      calls.push([]);
      bytes = 0;
    }
    calls.at(-1)!.push(record);
    bytes += record.length;
  }
  return calls;
};
