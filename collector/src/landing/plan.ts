import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import type { Position } from '../journal/position.ts';
import type { Round } from './object-keys.ts';

/**
 * What a round of landing is about to write: decided and fsynced before the first object, so that after a crash the very same
 * objects are written again under the same names, and none twice.
 */
export interface Plan extends Round {
  /** Number of shards in force; a changed configuration must not change a round that has begun. */
  readonly shards: number;
  readonly from: Position;
  readonly to: Position;
}

/** Keeps the one plan. Synchronous: it is a few hundred bytes once per round, in landing's own thread. */
export interface PlanFile {
  load(): Plan | undefined;
  save(plan: Plan): void;
}

/** The file: the plan as JSON, with a checksum of that text. A wrong number in a plan could skip what was never landed. */
interface Checked {
  readonly crc32c: number;
  readonly plan: Plan;
}

/**
 * The plan in a file of the journal's folder: it means nothing without that journal, and goes with it. A damaged one is renamed to
 * `<path>.damaged` and counts as none: the round is planned anew from where the journal was released, so nothing is lost; what it had
 * stored already is stored once more under other names, and `logs_all` and compaction leave the copies out.
 * @param path of the file
 * @param onDamage told of a damaged plan, once
 */
export const createPlanFile = (path: string, onDamage: () => void = () => undefined): PlanFile => ({
  load() {
    const text = readText(path);
    if (text === undefined) return;
    const plan = parsePlan(text);
    if (!plan) {
      renameSync(path, `${path}.damaged`);
      onDamage();
    }
    return plan;
  },
  save(plan) {
    const temporary = `${path}.tmp`;
    const file = openSync(temporary, 'w');
    try {
      writeSync(file, JSON.stringify({ crc32c: checksum(plan), plan } satisfies Checked));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    const folder = openSync(dirname(path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  },
});

const checksum = (plan: Plan): number => crc32c(JSON.stringify(plan));

/** @returns undefined when there is no file */
const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
};

/** @returns undefined when it is damaged */
const parsePlan = (text: string): Plan | undefined => {
  try {
    const { crc32c, plan } = JSON.parse(text) as Checked;
    return crc32c === checksum(plan) ? plan : undefined;
  } catch {
    return;
  }
};
