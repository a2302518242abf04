import type { Cursors } from './cursors.ts';
import { type JournalFs, replaceFile } from './journal-fs.ts';
import type { Position } from './position.ts';
import type { Recovered, SealedSegment } from './recover.ts';
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
  readonly failed: (step: string, error: unknown) => void;
}

/** Looks after the sealed segments: saves which batches they held, deletes those that every reader has passed. */
export interface Keeper {
  readonly bytes: number;
  readonly segments: number;
  readonly oldest: Position | undefined;
  /** Start of the first segment that holds anything received at `ms` or later; undefined when none does. */
  firstSince(ms: number): Position | undefined;
  add(segment: SealedSegment): void;
  /** Does what is to be done, now or as soon as what runs has ended. */
  clean(): void;
  stop(): Promise<void>;
}

/** See {@link Keeper}. Its errors are counted and tried again with the next call: they cost disk, never data. */
export const createKeeper = (options: KeeperOptions): Keeper => {
  const { dir, files, cursors, now, failed } = options;
  let segments = [...options.recovered.segments];
  let seenFiles = [...options.recovered.seenFiles];
  let bytes = segments.reduce((sum, s) => sum + s.end, 0);
  let running: Promise<void> | undefined;
  let again = false;

  const saveSeen = async (): Promise<void> => {
    for (const segment of segments) {
      const { number, lastMs, numbers } = segment;
      if (!numbers) continue;
      await replaceFile(files, dir, seenName(number), await encodeSeen(numbers, lastMs));
      seenFiles.push({ number, sessions: numbers.size, lastMs });
      segments = segments.map((s) => (s === segment ? { number, end: s.end, lastMs } : s));
    }
  };
  const deletePassed = (): void => {
    if (options.readers.length === 0) return;
    const { segment, offset } = cursors.saved;
    const passed = (s: SealedSegment) => s.number < segment || (s.number === segment && offset >= s.end);
    for (const s of segments.filter((one) => passed(one) && !one.numbers)) {
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
  const work = async (): Promise<void> => {
    do {
      again = false;
      try {
        await saveSeen();
        await cursors.save();
        deletePassed();
        forgetSeen();
      } catch (error) {
        failed('keep', error);
      }
    } while (again);
    running = undefined;
  };
  const clean = (): void => {
    again = true;
    running ??= Promise.resolve().then(work);
  };
  if (segments.some((s) => s.numbers)) clean();
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
    add: (segment) => {
      segments.push(segment);
      bytes += segment.end;
      clean();
    },
    clean,
    stop: async () => {
      clean();
      await running;
    },
  };
};

const startOf = ({ number }: SealedSegment): Position => ({ segment: number, offset: 0 });
