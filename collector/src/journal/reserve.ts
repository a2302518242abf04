import { randomFillSync } from 'node:crypto';
import { type JournalFs, writeAll } from './journal-fs.ts';

/**
 * A file that takes room on the disk for nothing but to be given up when there is none: what is left then is enough to land, to save
 * what must be saved, and so to delete what was landed.
 */
export interface Reserve {
  /** There was no room, and there is not yet enough again. */
  readonly isGivenUp: boolean;
  /** @returns whether there was anything to give up */
  giveUp(): boolean;
  /** Takes the room, where it is not taken and there is as much again beside it. */
  hold(): Promise<void>;
}

const NAME = 'reserve';

/** @param bytes of the file; 0: none, for tests that count what is written */
export const createReserve = (files: JournalFs, dir: string, bytes: number): Reserve => {
  const path = `${dir}/${NAME}`;
  let isHeld = bytes === 0 || (files.list(dir).includes(NAME) && files.size(path) === bytes);
  let isGivenUp = false;
  return {
    get isGivenUp() {
      return isGivenUp;
    },
    giveUp() {
      const had = !isGivenUp;
      isGivenUp = bytes > 0;
      if (isHeld && bytes > 0) files.remove(path);
      isHeld = bytes === 0;
      return had && isGivenUp;
    },
    async hold() {
      if (isHeld) return;
      try {
        files.remove(path);
        const fd = await files.create(path);
        try {
          // Random, since some file systems give zeros no room.
          const content = randomFillSync(new Uint8Array(bytes * 2));
          await writeAll(files.write, fd, content, content.length, 0);
          await files.datasync(fd);
          await files.truncate(fd, bytes);
        } finally {
          await files.close(fd);
        }
        isHeld = true;
        isGivenUp = false;
      } catch (error) {
        files.remove(path);
        if (!isNoRoom(error)) throw error;
        isGivenUp = true;
      }
    },
  };
};

/** Whether an error says that the disk, or the quota of it, is full. */
export const isNoRoom = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
