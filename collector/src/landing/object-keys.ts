import { shardOf } from '@gander/log-codes';

/** Names one collector process's round of objects: rows of the same round are the same whenever it is written again. */
export interface Round {
  readonly collector: string;
  /** Of the process that planned the round; sorts by time. */
  readonly boot: string;
  /** Number of the round in its boot, from 1. */
  readonly seq: number;
}

/**
 * Folder of a batch's rows, from its receive time (UTC) and its merchant.
 * @example partitionOf(1790000000000, '00112233445566ff', 1) // 'dt=2026-09-21/hour=14/shard=00'
 */
export const partitionOf = (receivedMs: number, merchant: string, shards: number): string =>
  `${hourOf(receivedMs)}/shard=${shardOf(merchant, shards)}`;

/** Folder of an hour: `dt=2026-09-21/hour=14`. */
export const hourOf = (receivedMs: number): string => {
  const hour = Math.floor(receivedMs / 3_600_000);
  if (hour !== last.hour) {
    const iso = new Date(receivedMs).toISOString();
    last = { hour, folder: `dt=${iso.slice(0, 10)}/hour=${iso.slice(11, 13)}` };
  }
  return last.folder;
};
/** Batches come by the thousand in one hour. */
let last = { hour: Number.NaN, folder: '' };

/**
 * Name of an object: round, then the first 12 hex digits of the SHA-256 of its folder and of the frames that its rows are made of. Not
 * of the compressed bytes, nor of the rows: another version of zlib or of Gander, and a round packed quickly, write the same name.
 */
export const objectName = (round: Round, sha256: string): string =>
  `${round.collector}-${round.boot}-${String(round.seq).padStart(8, '0')}-${sha256.slice(0, 12)}.ndjson.gz`;

/** Zones of the bucket or folder. */
export const LANDING_LOGS = 'landing/logs';
export const DEAD_LETTER_COLLECTOR = 'dead-letter/collector';
