import { openDB } from 'idb';
import type { Outbox, OutboxRecord } from './outbox.ts';

const STORE = 'outbox';

/**
 * The outbox in IndexedDB, shared by all tabs of the origin. Relaxed durability: a write survives the end of the page, the renderer
 * and the browser, which is what happens to shoppers; only a power cut may take the last one.
 * @example startSdk(options, { outbox: createIdbOutbox() })
 */
export const createIdbOutbox = (name = 'gander'): Outbox => {
  // Asynchronous also in failing: where storage is denied, `open` throws.
  const open = async () =>
    openDB(name, 1, {
      upgrade: (db) => void db.createObjectStore(STORE, { keyPath: ['boot', 'seq'] }),
      // A later version of the SDK in another tab must not wait for this page.
      blocking: (_, __, event) => (event.target as IDBDatabase).close(),
    });
  const opened = open();
  // Whoever uses it sees the failure; nobody using it is no fault.
  opened.catch(() => {});
  const store = async (mode: IDBTransactionMode) =>
    (await opened).transaction(STORE, mode, { durability: 'relaxed' }).objectStore(STORE);
  return {
    put: async (record) => (await store('readwrite')).put!(record),
    remove: async (boot, seq) => (await store('readwrite')).delete!([boot, seq]),
    all: async () => (await store('readonly')).getAll() as Promise<OutboxRecord[]>,
    clear: async () => (await store('readwrite')).clear!(),
  };
};
