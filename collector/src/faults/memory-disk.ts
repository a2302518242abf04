import type { JournalFs } from '../journal/journal-fs.ts';

/** What may go wrong with an operation. */
export type DiskFault = 'EIO' | 'ENOSPC' | 'EMFILE' | 'short';

export interface MemoryDiskOptions {
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  /** Asked before each operation that writes. */
  readonly fault?: (operation: string) => DiskFault | undefined;
  /** Operations until the power goes; afterwards nothing answers any more. */
  readonly operations?: number;
}

/** For tests: a disk that keeps, when the power goes, only what was synced, and any part of the rest. */
export interface MemoryDisk {
  readonly files: JournalFs;
  readonly isOff: boolean;
  /** The disk after the power came back: unsynced writes dropped, kept, reordered or torn. */
  restart(options: MemoryDiskOptions): MemoryDisk;
}

interface Inode {
  /** What a reader sees: the page cache. */
  cached: Buffer;
  /** What is on the platter. */
  stored: Buffer;
  /** Changes since the last sync, in order. */
  dirty: ({ at: number; bytes: Buffer } | { size: number })[];
}

const SECTOR = 64;

const put = (into: Buffer, at: number, bytes: Buffer): Buffer => {
  const result = at + bytes.length > into.length ? Buffer.alloc(at + bytes.length) : Buffer.from(into);
  if (result.length > into.length) into.copy(result);
  bytes.copy(result, at);
  return result;
};
const resize = (bytes: Buffer, size: number): Buffer => {
  const result = Buffer.alloc(size);
  bytes.copy(result, 0, 0, size);
  return result;
};
const errno = (code: string): Error => Object.assign(new Error(code), { code });
const never = <T>(): Promise<T> => new Promise(() => undefined);

/** @param names the folder as it was stored; one folder is all a journal has */
export const createMemoryDisk = (
  options: MemoryDiskOptions,
  stored: ReadonlyMap<string, Inode> = new Map(),
): MemoryDisk => {
  const { random } = options;
  const names = new Map(stored);
  let storedNames = new Map(stored);
  const open = new Map<number, Inode>();
  let nextFd = 3;
  let left = options.operations ?? Number.POSITIVE_INFINITY;
  let off = false;

  /** Counts an operation; throws once the power is gone. */
  const tick = (): boolean => {
    if (!off && --left < 0) off = true;
    return off;
  };
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  const inode = (fd: number): Inode => open.get(fd)!;
  const at = (path: string): Inode => {
    const found = names.get(nameOf(path));
    if (!found) throw errno('ENOENT');
    return found;
  };
  const openOn = (node: Inode): number => {
    open.set(nextFd, node);
    return nextFd++;
  };
  const flush = (node: Inode): void => {
    node.stored = Buffer.from(node.cached);
    node.dirty = [];
  };
  /** Lets any part of what is dirty reach the platter, in any order, torn at sectors. */
  const leak = (node: Inode): void => {
    const some = node.dirty.filter(() => random() < 0.5);
    if (random() < 0.3) some.reverse();
    for (const change of some) {
      if ('size' in change) node.stored = resize(node.stored, change.size);
      else {
        const torn =
          random() < 0.5
            ? change.bytes.length
            : Math.floor((random() * change.bytes.length) / SECTOR) * SECTOR;
        node.stored = put(node.stored, change.at, change.bytes.subarray(0, torn));
      }
    }
    // A file may have grown before its content came: zeros.
    if (random() < 0.2 && node.stored.length < node.cached.length)
      node.stored = resize(node.stored, node.cached.length);
  };
  const attempt = async <T>(operation: string, work: (fault: DiskFault | undefined) => T): Promise<T> => {
    if (tick()) return never();
    const fault = options.fault?.(operation);
    if (fault && fault !== 'short') {
      // What a failed sync could not write is marked clean all the same: the next sync would say that all is well.
      if (operation === 'datasync') work(fault);
      throw errno(fault);
    }
    const result = work(fault);
    await Promise.resolve();
    return off ? never() : result;
  };

  const create = (path: string): Promise<number> =>
    attempt('create', () => {
      if (names.has(nameOf(path))) throw errno('EEXIST');
      const node: Inode = { cached: Buffer.alloc(0), stored: Buffer.alloc(0), dirty: [] };
      names.set(nameOf(path), node);
      return openOn(node);
    });
  const write: JournalFs['write'] = (fd, bytes, from, length, position) =>
    attempt('write', (fault) => {
      const count = fault === 'short' ? Math.max(1, Math.floor(length * random())) : length;
      const copy = Buffer.from(bytes.subarray(from, from + count));
      const node = inode(fd);
      node.cached = put(node.cached, position, copy);
      node.dirty.push({ at: position, bytes: copy });
      return count;
    });
  const datasync = (fd: number): Promise<void> =>
    attempt('datasync', (fault) => {
      const node = inode(fd);
      if (fault && fault !== 'short') {
        leak(node);
        node.dirty = [];
      } else flush(node);
    });

  const files: JournalFs = {
    mkdir: () => undefined,
    list: () => [...names.keys()],
    size: (path) => at(path).cached.length,
    openRead: (path) => openOn(at(path)),
    read: (fd, into, length, position) => inode(fd).cached.copy(into, 0, position, position + length),
    closeRead: (fd) => void open.delete(fd),
    remove: (path) => {
      if (!tick()) names.delete(nameOf(path));
    },
    create,
    createSynced: create,
    openWrite: (path) => attempt('openWrite', () => openOn(at(path))),
    write,
    writeSynced: async (...all) => {
      const count = await write(...all);
      await datasync(all[0]);
      return count;
    },
    truncate: (fd, size) =>
      attempt('truncate', () => {
        const node = inode(fd);
        node.cached = resize(node.cached, size);
        node.dirty.push({ size });
      }),
    datasync,
    close: (fd) => attempt('close', () => void open.delete(fd)),
    rename: (from, to) =>
      attempt('rename', () => {
        names.set(nameOf(to), at(from));
        names.delete(nameOf(from));
      }),
    syncDir: () =>
      attempt('syncDir', () => {
        storedNames = new Map(names);
      }),
  };

  return {
    files,
    get isOff() {
      return off;
    },
    restart: (next) => {
      off = true;
      // Each change of the folder that was not synced has come through or not, whatever came before it.
      const after = new Map(storedNames);
      for (const name of new Set([...storedNames.keys(), ...names.keys()])) {
        if (storedNames.get(name) === names.get(name) || random() < 0.5) continue;
        const node = names.get(name);
        if (node) after.set(name, node);
        else after.delete(name);
      }
      const fresh = new Map<string, Inode>();
      for (const [name, node] of after) {
        leak(node);
        fresh.set(name, { cached: Buffer.from(node.stored), stored: Buffer.from(node.stored), dirty: [] });
      }
      return createMemoryDisk(next, fresh);
    },
  };
};
