import fs from 'node:fs';

/** Writes `length` bytes from `from` at `position`. @returns how many were written */
type WriteBytes = (
  fd: number,
  bytes: Uint8Array,
  from: number,
  length: number,
  position: number,
) => Promise<number>;

/**
 * What the journal asks of a file system. Writing is asynchronous; reading, at the start and in the landing worker, is not. Tests
 * inject one that fails, or that forgets what was not synced.
 */
export interface JournalFs {
  mkdir(dir: string): void;
  list(dir: string): string[];
  size(path: string): number;
  openRead(path: string): number;
  /** Reads up to `length` bytes at `position`. @returns how many; 0 at the end */
  read(fd: number, into: Uint8Array, length: number, position: number): number;
  closeRead(fd: number): void;
  remove(path: string): void;
  /** Makes a file that must not exist, for writing. */
  create(path: string): Promise<number>;
  /** The same for a file whose writes are {@link JournalFs.writeSynced}. */
  createSynced(path: string): Promise<number>;
  /** Opens an existing file for writing. */
  openWrite(path: string): Promise<number>;
  /** @returns how many bytes were written: fewer than asked is no error */
  readonly write: WriteBytes;
  /**
   * As `write` and `datasync` in one call, on a file of `createSynced`. After an error, what was written before it is durable, and
   * what this call wrote may be lost, also when a later call would not say so.
   */
  readonly writeSynced: WriteBytes;
  truncate(fd: number, size: number): Promise<void>;
  /** fdatasync. After an error, what was written before it may be lost, and a later call would not say so. */
  datasync(fd: number): Promise<void>;
  close(fd: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Makes creations, renames and removals in a folder durable. */
  syncDir(dir: string): Promise<void>;
}

const settle = (resolve: () => void, reject: (error: Error) => void) => (error: Error | null) =>
  error ? reject(error) : resolve();

const { O_CREAT, O_DSYNC, O_EXCL, O_WRONLY } = fs.constants;
/**
 * O_DSYNC makes each write end as if by fdatasync (POSIX: synchronised I/O data integrity completion), and saves a trip to another
 * thread and back, which costs more than all else in a commit. Elsewhere than on Linux it is missing, or does not reach through the
 * drive's own cache (macOS), which fdatasync does there (F_FULLFSYNC): https://github.com/libuv/libuv/blob/v1.x/src/unix/fs.c
 */
const hasSyncedWrites = process.platform === 'linux';
const SYNCED = O_WRONLY | O_CREAT | O_EXCL | (hasSyncedWrites ? O_DSYNC : 0);

/** The real one. Callbacks instead of `fs/promises`: half the cost for each call. */
export const nodeFs: JournalFs = {
  mkdir: (dir) => void fs.mkdirSync(dir, { recursive: true, mode: 0o700 }),
  list: (dir) => fs.readdirSync(dir),
  size: (path) => fs.statSync(path).size,
  openRead: (path) => fs.openSync(path, 'r'),
  read: (fd, into, length, position) => fs.readSync(fd, into, 0, length, position),
  closeRead: (fd) => fs.closeSync(fd),
  remove: (path) => fs.rmSync(path, { force: true }),
  create: (path) =>
    new Promise((resolve, reject) =>
      fs.open(path, 'wx', 0o600, (error, fd) => (error ? reject(error) : resolve(fd))),
    ),
  createSynced: (path) =>
    new Promise((resolve, reject) =>
      fs.open(path, SYNCED, 0o600, (error, fd) => (error ? reject(error) : resolve(fd))),
    ),
  openWrite: (path) =>
    new Promise((resolve, reject) =>
      fs.open(path, 'r+', (error, fd) => (error ? reject(error) : resolve(fd))),
    ),
  write: (fd, bytes, from, length, position) =>
    new Promise((resolve, reject) =>
      fs.write(fd, bytes, from, length, position, (error, n) => (error ? reject(error) : resolve(n))),
    ),
  writeSynced: hasSyncedWrites
    ? (fd, bytes, from, length, position) => nodeFs.write(fd, bytes, from, length, position)
    : async (fd, bytes, from, length, position) => {
        const written = await nodeFs.write(fd, bytes, from, length, position);
        await nodeFs.datasync(fd);
        return written;
      },
  truncate: (fd, size) => new Promise((resolve, reject) => fs.ftruncate(fd, size, settle(resolve, reject))),
  datasync: (fd) => new Promise((resolve, reject) => fs.fdatasync(fd, settle(resolve, reject))),
  close: (fd) => new Promise((resolve, reject) => fs.close(fd, settle(resolve, reject))),
  rename: (from, to) => new Promise((resolve, reject) => fs.rename(from, to, settle(resolve, reject))),
  syncDir: (dir) =>
    new Promise((resolve, reject) =>
      fs.open(dir, 'r', (error, fd) => {
        if (error) return reject(error);
        fs.fsync(fd, (failed) => fs.close(fd, (unclosed) => settle(resolve, reject)(failed ?? unclosed)));
      }),
    ),
};

/** Writes all of `bytes`, however short the single writes are. */
export const writeAll = async (
  write: WriteBytes,
  fd: number,
  bytes: Uint8Array,
  length: number,
  position: number,
): Promise<void> => {
  let done = 0;
  while (done < length) {
    const n = await write(fd, bytes, done, length - done, position + done);
    if (n <= 0) throw new Error('a write made no progress');
    done += n;
  }
};

/** Replaces a file whole: whoever reads it, also after a power loss, finds the old content or the new, never a part. */
export const replaceFile = async (
  files: JournalFs,
  dir: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> => {
  const draft = `${dir}/${name}.draft`;
  files.remove(draft);
  const fd = await files.create(draft);
  try {
    await writeAll(files.write, fd, bytes, bytes.length, 0);
    await files.datasync(fd);
  } finally {
    await files.close(fd);
  }
  await files.rename(draft, `${dir}/${name}`);
  await files.syncDir(dir);
};

/** The whole of a small file; undefined when there is none. */
export const readWhole = (files: JournalFs, path: string): Buffer | undefined => {
  let fd: number;
  try {
    fd = files.openRead(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const bytes = Buffer.alloc(files.size(path));
    let at = 0;
    while (at < bytes.length) {
      const n = files.read(fd, bytes.subarray(at), bytes.length - at, at);
      if (n === 0) break;
      at += n;
    }
    return bytes.subarray(0, at);
  } finally {
    files.closeRead(fd);
  }
};
