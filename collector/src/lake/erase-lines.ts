import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { LakeStore, StoredObject } from './lake-store.ts';
import type { SuppressionList } from './suppressions.ts';

/** Unpacked bytes that are looked at in one go. */
const PIECE_BYTES = 1024 * 1024;

/**
 * Takes rows out of a landing object. It keeps its name: compaction knows it by that, and landing must not store it again. It is never
 * unpacked as a whole: that may be more than a string can hold.
 * @returns how many
 */
export const eraseLines = async (
  store: Pick<LakeStore, 'read' | 'replace'>,
  object: Pick<StoredObject, 'key'>,
  wanted: SuppressionList,
): Promise<number> => {
  const bytes = await store.read(object.key);
  if (!bytes) return 0;
  const ids = wanted.all.map((s) => ('session' in s ? s.session : s.transaction));
  const names = (text: string | Buffer): boolean => ids.some((id) => text.includes(id));
  // Most objects are done with this.
  if (!(await someLines(bytes, names))) return 0;
  let erased = 0;
  const isKept = (row: string): boolean => {
    if (!names(row) || !wanted.has(JSON.parse(row) as Parameters<SuppressionList['has']>[0])) return true;
    erased++;
    return false;
  };
  const kept = async function* (): AsyncGenerator<Buffer> {
    for await (const lines of wholeLines(unpack(bytes))) {
      if (!names(lines)) yield lines;
      else {
        const rows = lines.toString().split('\n').filter(Boolean).filter(isKept);
        yield Buffer.from(rows.map((row) => `${row}\n`).join(''));
      }
    }
  };
  const packed = await pipeline(kept, createGzip(), buffer);
  if (!erased) return 0;
  await store.replace(object.key, packed);
  return erased;
};

const unpack = (bytes: Uint8Array): AsyncIterable<Buffer> =>
  Readable.from([bytes]).pipe(createGunzip({ chunkSize: PIECE_BYTES }));

const someLines = async (bytes: Uint8Array, is: (lines: Buffer) => boolean): Promise<boolean> => {
  for await (const lines of wholeLines(unpack(bytes))) if (is(lines)) return true;
  return false;
};

/** Cuts text into pieces that end where a line does. */
async function* wholeLines(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(10) + 1;
    if (!end) {
      rest.push(piece);
      continue;
    }
    yield Buffer.concat([...rest, piece.subarray(0, end)]);
    rest = [piece.subarray(end)];
  }
  yield Buffer.concat(rest);
}
