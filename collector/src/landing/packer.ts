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

/** Text is compressed in pieces of this many characters. */
const PIECE = 512 * 1024;

/**
 * Packs lines as NDJSON into gzip members one after the other, which together are one gzip file (RFC 1952 §2.2); DuckDB, Trino and
 * zcat read it as one. Level 5 packs rows to 1/12 of their size: 3 % more bytes than the default 6 for three quarters of its time, where 4 has 17 % more.
 */
export const createPacker = (): Packer => {
  const hash: Hash = createHash('sha256');
  const members: Uint8Array[] = [];
  let compressed = 0;
  let waiting: string[] = [];
  let waitingLength = 0;
  let lines = 0;

  const compress = (): void => {
    if (!waiting.length) return;
    const text = Buffer.from(`${waiting.join('\n')}\n`);
    hash.update(text);
    const member = gzipSync(text, { level: 5 });
    members.push(member);
    compressed += member.length;
    waiting = [];
    waitingLength = 0;
  };

  return {
    add(line) {
      waiting.push(line);
      waitingLength += line.length + 1;
      lines++;
      if (waitingLength >= PIECE) compress();
    },
    get bytes() {
      return compressed + (waitingLength >> 3);
    },
    finish() {
      compress();
      return { body: Buffer.concat(members), sha256: hash.digest('hex'), lines };
    },
  };
};
