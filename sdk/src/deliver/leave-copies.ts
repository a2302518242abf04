import { parseJson, toJson } from '../natives.ts';
import type { Outbox, OutboxRecord } from './outbox.ts';

const keyOf = ({ boot, seq }: Pick<OutboxRecord, 'boot' | 'seq'>): string => `gander-outbox-${boot}-${seq}`;
/** Keys of localStorage: whatever looks otherwise is the page's own, and is left alone. */
const KEY = /^gander-outbox-\w+-\d+$/;

/** An outbox that also keeps what it was still writing when the page was left. */
export interface LeavingOutbox extends Outbox {
  /** The page may be gone the next moment. */
  leave(): void;
}

/** @returns undefined for what is no copy of a record */
const recordOf = (copy: string | null): OutboxRecord | undefined => {
  try {
    const record = parseJson(copy!);
    return record.session.request && record;
  } catch {
    return;
  }
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
      const key = keyOf(record);
      unsaved.set(key, record);
      await outbox.put(record);
      if (unsaved.get(key) === record) forget(key);
    },
    remove(batch) {
      forget(keyOf(batch));
      return outbox.remove(batch);
    },
    async all() {
      let records = await outbox.all();
      for (const key of findCopies()) {
        const copy = recordOf(storage().getItem(key));
        if (!copy) continue;
        // What the outbox has of that batch was written before it.
        records = records.filter(({ boot, seq }) => boot !== copy.boot || seq !== copy.seq);
        records.push(copy);
      }
      return records;
    },
    clear() {
      // First: where copies are forbidden there are none to be taken away.
      const cleared = outbox.clear();
      for (const key of [...findCopies(), ...unsaved.keys()]) forget(key);
      return cleared;
    },
    leave() {
      try {
        for (const [key, record] of unsaved) {
          storage().setItem(key, toJson(record));
          copies.add(key);
        }
      } catch {
        // Forbidden, or full.
      }
    },
  };
};
