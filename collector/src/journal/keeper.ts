import type { Cursors } from './cursors.ts';
import { type JournalFs, replaceFile } from './journal-fs.ts';
import type { Position } from './position.ts';
import type { Recovered, SealedSegment } from './recover.ts';
import { createReserve, isNoRoom } from './reserve.ts';
import { encodeSeen, seenName } from './seen-file.ts';
import { segmentName } from './segment-format.ts';

export interface KeeperOptions {
  readonly dir: string;
  readonly files: JournalFs;
  readonly readers: readonly string[];
  readonly cursors: Cursors;
  readonly recovered: Recovered;
  readonly rememberMs: number;
  readonly rememberSessions: number;
  readonly now: () => number;
  readonly reserveBytes: number;
  readonly failed: (step: string, error: unknown) => void;
}

/** Looks after the sealed segments: saves which batches they held, deletes those that every reader has passed. */
export interface Keeper {
  readonly bytes: number;
  readonly segments: number;
  /** The disk was full, and is not known to have room again: what is left of it is for landing and for clearing up. */
  readonly isShort: boolean;
  readonly oldest: Position | undefined;
  /** Start of the first segment that holds anything received at `ms` or later; undefined when none does. */
  firstSince(ms: number): Position | undefined;
  add(segment: SealedSegment): void;
  /** Does what is to be done, now or as soon as what runs has ended. */
  clean(): void;
  /** Says that a write found no room: gives up the reserve. */
  relieve(): void;
  stop(): Promise<void>;
}

/** See {@link Keeper}. Its errors are counted and tried again with the next call: they cost disk, never data. */
export const createKeeper = (options: KeeperOptions): Keeper => {
  const { dir, files, cursors, now, failed } = options;
  let segments: Omit<SealedSegment, 'numbers'>[] = [];
  let seenFiles = [...options.recovered.seenFiles];
  let bytes = 0;
  let running: Promise<void> | undefined;
  let again = false;
  const reserve = createReserve(files, dir, options.reserveBytes);

  /** Which batches sealed segments held, until it is saved; of deleted segments too, where there was no room. */
  const unsaved = new Map<number, Required<SealedSegment>>();
  const add = ({ numbers, ...segment }: SealedSegment): void => {
    segments.push(segment);
    if (numbers) unsaved.set(segment.number, { ...segment, numbers });
    bytes += segment.end;
  };
  for (const segment of options.recovered.segments) add(segment);

  const saveSeen = async (): Promise<void> => {
    for (const { number, lastMs, numbers } of unsaved.values()) {
      await replaceFile(files, dir, seenName(number), await encodeSeen(numbers, lastMs));
      seenFiles.push({ number, sessions: numbers.size, lastMs });
      unsaved.delete(number);
    }
  };
  /** @param isDeletable whether it may go, of one that every reader has passed */
  const deletePassed = (isDeletable = (s: { readonly number: number }) => !unsaved.has(s.number)): void => {
    if (options.readers.length === 0) return;
    const { segment, offset } = cursors.saved;
    const passed = (s: (typeof segments)[number]) =>
      s.number < segment || (s.number === segment && offset >= s.end);
    for (const s of segments.filter((one) => passed(one) && isDeletable(one))) {
      files.remove(`${dir}/${segmentName(s.number)}`);
      segments = segments.filter((one) => one !== s);
      bytes -= s.end;
    }
  };
  /** Keeps the newest `.seen` files: as many sessions as memory remembers, as long as it should. */
  const forgetSeen = (): void => {
    let sessions = 0;
    const kept = new Set(segments.map((s) => s.number));
    for (const file of seenFiles.toSorted((a, b) => b.number - a.number)) {
      const wanted = sessions <= options.rememberSessions && file.lastMs >= now() - options.rememberMs;
      sessions += file.sessions;
      if (wanted || kept.has(file.number)) continue;
      files.remove(`${dir}/${seenName(file.number)}`);
      seenFiles = seenFiles.filter((f) => f !== file);
    }
  };
  /** @returns whether it worked; where there is no room, once more without the reserve */
  const attempt = async (step: () => void | Promise<void>): Promise<boolean> => {
    for (;;) {
      try {
        await step();
        return true;
      } catch (error) {
        failed('keep', error);
        if (!isNoRoom(error) || !reserve.giveUp()) return false;
      }
    }
  };
  const work = async (): Promise<void> => {
    do {
      again = false;
      // Each by itself, and what frees room first: on a full disk, one that fails must not keep the others from it.
      await attempt(() => deletePassed());
      await attempt(cursors.save);
      if (!(await attempt(saveSeen)) && reserve.isGivenUp) {
        // What is landed makes room. A crash before its `.seen` file is written may let a resend be stored twice; compaction drops it.
        await attempt(() => deletePassed(() => true));
        await attempt(saveSeen);
      }
      await attempt(() => deletePassed());
      await attempt(forgetSeen);
      await reserve.hold().catch((error: unknown) => failed('keep', error));
    } while (again);
    running = undefined;
  };
  const clean = (): void => {
    again = true;
    running ??= Promise.resolve().then(work);
  };
  clean();
  return {
    get bytes() {
      return bytes;
    },
    get segments() {
      return segments.length;
    },
    get oldest() {
      return segments[0] && startOf(segments[0]);
    },
    firstSince: (ms) => {
      const first = segments.find((s) => s.lastMs >= ms);
      return first && startOf(first);
    },
    get isShort() {
      return reserve.isGivenUp;
    },
    add: (segment) => {
      add(segment);
      clean();
    },
    clean,
    relieve: () => {
      reserve.giveUp();
      clean();
    },
    stop: async () => {
      clean();
      await running;
    },
  };
};

const startOf = ({ number }: { readonly number: number }): Position => ({ segment: number, offset: 0 });
