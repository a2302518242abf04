import type { Outbox, OutboxRecord } from './outbox.ts';

/** Keys of localStorage begin so. */
const PREFIX = 'gander-outbox-';
/** What `PREFIX` is followed by, and what {@link copyOf} makes: whatever looks otherwise is the page's own, and is left alone. */
const KEY = /^gander-outbox-(\w+)-(\d+)$/;
const COPY = /^(\d+)\n(\d+)\n([\w-]+)\n([\w.-]*)\n(\{.+\})$/;

/** An outbox that also keeps what it was still writing when the page was left. */
export interface LeavingOutbox extends Outbox {
  /** The page may be gone the next moment. */
  leave(): void;
}

const copyOf = ({ at, logs, frame, session }: OutboxRecord): string =>
  `${at}\n${logs}\n${frame}\n${session.token}\n${session.request}`;

/** @returns undefined for what is no copy of a record */
const recordOf = (key: string, copy: string | null): OutboxRecord | undefined => {
  const [, boot, seq] = KEY.exec(key)!;
  const [, at, logs, frame, token, request] = COPY.exec(copy ?? '') ?? [];
  if (request)
    return {
      boot: boot!,
      seq: Number(seq),
      logs: Number(logs),
      frame: frame!,
      at: Number(at),
      session: { request, token: token! },
    };
  return;
};

/**
 * Copies into localStorage, which is written at once, what an outbox has not yet confirmed when the page is left: WebKit drops what a page
 * begins to write to IndexedDB in its last moment. A copy goes as soon as the outbox has the batch, or the collector.
 * @param storage may throw where it is forbidden; then there are no copies
 */
export const withLeaveCopies = (outbox: Outbox, storage: () => Storage): LeavingOutbox => {
  const unsaved = new Map<string, OutboxRecord>();
  /** Known to stand in localStorage: no other key is asked for, since the first time costs the page a moment. */
  const copies = new Set<string>();
  const forget = (key: string): void => {
    unsaved.delete(key);
    if (copies.delete(key)) storage().removeItem(key);
  };
  /** Looks through the names of all keys; none but ours is ever read. */
  const findCopies = (): Set<string> => {
    try {
      for (const key of Object.keys(storage())) if (KEY.test(key)) copies.add(key);
    } catch {
      // Forbidden.
    }
    return copies;
  };
  return {
    open: outbox.open,
    async put(record) {
      const key = `${PREFIX}${record.boot}-${record.seq}`;
      unsaved.set(key, record);
      await outbox.put(record);
      if (unsaved.get(key) === record) forget(key);
    },
    remove(boot, seq) {
      forget(`${PREFIX}${boot}-${seq}`);
      return outbox.remove(boot, seq);
    },
    async all() {
      let records = await outbox.all();
      for (const key of findCopies()) {
        const copy = recordOf(key, storage().getItem(key));
        if (!copy) continue;
        // What the outbox has of that batch was written before it.
        records = records.filter(({ boot, seq }) => boot !== copy.boot || seq !== copy.seq);
        records.push(copy);
      }
      return records;
    },
    clear() {
      for (const key of [...findCopies(), ...unsaved.keys()]) forget(key);
      return outbox.clear();
    },
    leave() {
      try {
        for (const [key, record] of unsaved) {
          storage().setItem(key, copyOf(record));
          copies.add(key);
        }
      } catch {
        // Forbidden, or full.
      }
    },
  };
};
