import { createHash, type Hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** Lines of one object, compressed as they come, so that a round's memory is its compressed size. */
export interface Packer {
  /** Adds one line, without its line end. */
  add(line: string): void;
  /** Compressed bytes so far; lines still waiting for compression count an eighth of their size. */
  readonly bytes: number;
  /** Closes the object. @returns its bytes, and the SHA-256 of its lines in hex */
  finish(): { readonly body: Uint8Array; readonly sha256: string; readonly lines: number };
}

/** Text is compressed in pieces of this many bytes. */
const PIECE = 512 * 1024;

/**
 * Packs lines as NDJSON into gzip members one after the other, which together are one gzip file (RFC 1952 §2.2); DuckDB, Trino and
 * zcat read it as one. Level 5 packs rows to 1/12 of their size: 3 % more bytes than the default 6 for three quarters of its time, where 4 has 17 % more.
 * Lines are written straight into one buffer that is used again for each piece: waiting as strings they cost several times their size.
 */
export const createPacker = (): Packer => {
  const hash: Hash = createHash('sha256');
  const members: Uint8Array[] = [];
  let compressed = 0;
  let text = Buffer.allocUnsafe(0);
  let used = 0;
  let lines = 0;

  const compress = (): void => {
    if (!used) return;
    const piece = text.subarray(0, used);
    hash.update(piece);
    const member = gzipSync(piece, { level: 5 });
    members.push(member);
    compressed += member.length;
    used = 0;
  };

  /** Makes room: small objects have a small buffer, full ones one piece. */
  const reserve = (bytes: number): void => {
    if (used + bytes > PIECE) compress();
    if (used + bytes <= text.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, Math.min(PIECE, text.length * 4), 8 * 1024));
    text.copy(larger, 0, 0, used);
    text = larger;
  };

  return {
    add(line) {
      // A character takes three bytes of UTF-8 at most; rows are ASCII.
      reserve(line.length * 3 + 1);
      used += text.write(line, used);
      text[used++] = 10;
      lines++;
    },
    get bytes() {
      return compressed + (used >> 3);
    },
    finish() {
      compress();
      return { body: Buffer.concat(members), sha256: hash.digest('hex'), lines };
    },
  };
};
