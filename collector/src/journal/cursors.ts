import { type JournalFs, readWhole, replaceFile } from './journal-fs.ts';
import { JOURNAL_START, type Position } from './position.ts';

const FILE = 'cursors.json';

/** Where each reader of the journal stands, kept in a file. */
export interface Cursors {
  get(reader: string): Position | undefined;
  set(reader: string, position: Position): void;
  /** Makes the cursors durable as they are now. */
  save(): Promise<void>;
  /** The earliest of all readers, as last saved: what lies before it is needed no more. */
  readonly saved: Position;
  /** Highest segment any cursor names. */
  readonly highest: number;
}

/** @param readers all that must pass a segment before it is deleted */
export const openCursors = (files: JournalFs, dir: string, readers: readonly string[]): Cursors => {
  const positions = new Map<string, Position>();
  const text = readWhole(files, `${dir}/${FILE}`)?.toString('utf8');
  if (text)
    for (const [name, p] of Object.entries(JSON.parse(text) as Record<string, Position>))
      positions.set(name, p);
  let highest = 0;
  const earliest = (): Position => {
    let first: Position | undefined;
    for (const reader of readers) {
      const p = positions.get(reader) ?? JOURNAL_START;
      if (!first || p.segment < first.segment || (p.segment === first.segment && p.offset < first.offset))
        first = p;
    }
    return first ?? JOURNAL_START;
  };
  for (const p of positions.values()) highest = Math.max(highest, p.segment);
  let saved = earliest();
  return {
    get: (reader) => positions.get(reader),
    set: (reader, position) => {
      positions.set(reader, position);
      highest = Math.max(highest, position.segment);
    },
    save: async () => {
      const now = earliest();
      await replaceFile(files, dir, FILE, Buffer.from(JSON.stringify(Object.fromEntries(positions))));
      saved = now;
    },
    get saved() {
      return saved;
    },
    get highest() {
      return highest;
    },
  };
};
