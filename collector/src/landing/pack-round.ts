import { type LakeRow, toBase64Url } from '@gander/log-codes';
import type { Batch } from '../journal/batch.ts';
import { headOf } from '../journal/head-of.ts';
import {
  DEAD_LETTER_COLLECTOR,
  hourOf,
  LANDING_LOGS,
  objectName,
  partitionOf,
  type Round,
} from './object-keys.ts';
import { createPacker, type Packer, type PackLevel } from './packer.ts';
import { RowsError, type RowsFault, rowLine, writeRowLines } from './rows.ts';

/** One object of a round, ready to be stored. */
export interface LandingObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly lines: number;
}

/** Gathers batches into the objects of one round: one for each partition, dead letters apart. */
export interface RoundPack {
  /** @returns compressed bytes of the round so far */
  add(batch: Batch): number;
  /** Adds one row to the object of a partition; for rows that are rows already. */
  addRow(folder: string, row: LakeRow): void;
  finish(round: Round): {
    readonly objects: readonly LandingObject[];
    readonly rows: number;
    readonly deadLetters: ReadonlyMap<RowsFault, { readonly batches: number; readonly logs: number }>;
  };
}

/**
 * @param collector name of the collector, a column of each row
 * @param shards number of shards
 * @param level what counts more, bytes or time
 */
export const createRoundPack = (collector: string, shards: number, level?: PackLevel): RoundPack => {
  const packs = new Map<string, { readonly packer: Packer; lines: number }>();
  const deadLetters = new Map<RowsFault, { batches: number; logs: number }>();
  let rows = 0;
  let bytes = 0;

  /** Has lines, made of `source`, written into the object of a folder. @returns how many */
  const write = (folder: string, source: Uint8Array | string, lines: (packer: Packer) => number): number => {
    const known = packs.get(folder);
    const pack = known ?? { packer: createPacker(level), lines: 0 };
    const before = pack.packer.bytes;
    const written = lines(pack.packer);
    // Two hours of a round may hold the same frames, and compaction knows the objects of a day by their names alone.
    if (!known) pack.packer.identify(folder);
    pack.packer.identify(source);
    packs.set(folder, pack);
    pack.lines += written;
    bytes += pack.packer.bytes - before;
    return written;
  };
  const writeLine = (folder: string, line: string): number =>
    write(folder, line, (packer) => {
      packer.add(line);
      return 1;
    });

  return {
    add(batch) {
      try {
        const folder = `${LANDING_LOGS}/${partitionOf(batch.receivedMs, batch.merchant, shards)}`;
        rows += write(folder, batch.frame, (packer) => writeRowLines(batch, collector, packer));
      } catch (error) {
        if (!(error instanceof RowsError)) throw error;
        const { batches, logs } = deadLetters.get(error.fault) ?? { batches: 0, logs: 0 };
        deadLetters.set(error.fault, { batches: batches + 1, logs: logs + headOf(batch.frame).logCount });
        writeLine(`${DEAD_LETTER_COLLECTOR}/${hourOf(batch.receivedMs)}`, deadLetterLine(batch, error.fault));
      }
      return bytes;
    },
    addRow(folder, row) {
      rows += writeLine(folder, rowLine(row));
    },
    finish(round) {
      const objects = [...packs]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([folder, { packer, lines }]) => {
          const { body, sha256 } = packer.finish();
          return { key: `${folder}/${objectName(round, sha256)}`, body, lines };
        });
      return { objects, rows, deadLetters };
    },
  };
};

/** A dead letter keeps the frame, so that a repaired version can land it; not when it may hold a card number. */
const deadLetterLine = (batch: Batch, reason: RowsFault): string =>
  JSON.stringify({
    received_ms: batch.receivedMs,
    stage: 'landing',
    reason,
    merchant: batch.merchant,
    session: batch.session,
    transaction: batch.transaction,
    bytes: batch.frame.length,
    assurance: batch.assurance,
    late: batch.late,
    ...(reason === 'card_number' ? {} : { frame: toBase64Url(batch.frame) }),
  });
