import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
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

/**
 * The plan in a file of the journal's folder: it means nothing without that journal, and goes with it.
 * @param path of the file
 */
export const createPlanFile = (path: string): PlanFile => ({
  load() {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as Plan;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
  },
  save(plan) {
    const temporary = `${path}.tmp`;
    const file = openSync(temporary, 'w');
    try {
      writeSync(file, JSON.stringify(plan));
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
