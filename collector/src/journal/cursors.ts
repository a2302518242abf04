import { crc32c } from '@node-rs/crc32';
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

/** The file: cursors as JSON, with a checksum of that text. A wrong number could release what no reader has seen. */
interface Checked {
  readonly crc32c: number;
  readonly cursors: Readonly<Record<string, Position>>;
}

/**
 * @param readers all that must pass a segment before it is deleted
 * @param onDamage told when the file is damaged: readers then begin at the oldest segment, and land again what they had landed of it
 */
export const openCursors = (
  files: JournalFs,
  dir: string,
  readers: readonly string[],
  onDamage: () => void = () => undefined,
): Cursors => {
  const bytes = readWhole(files, `${dir}/${FILE}`);
  const known = bytes && parseCursors(bytes.toString());
  if (bytes && !known) onDamage();
  const positions = new Map(Object.entries(known ?? {}));
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
      const cursors = Object.fromEntries(positions);
      const checked: Checked = { crc32c: checksum(cursors), cursors };
      await replaceFile(files, dir, FILE, Buffer.from(JSON.stringify(checked)));
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

const checksum = (cursors: Checked['cursors']): number => crc32c(JSON.stringify(cursors));

/** @returns undefined when they are damaged */
const parseCursors = (text: string): Checked['cursors'] | undefined => {
  try {
    const { crc32c, cursors } = JSON.parse(text) as Checked;
    return crc32c === checksum(cursors) ? cursors : undefined;
  } catch {
    return;
  }
};
