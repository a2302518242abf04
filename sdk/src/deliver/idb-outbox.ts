import { type IDBPDatabase, type IDBPObjectStore, openDB } from 'idb';
import type { Outbox, OutboxRecord } from './outbox.ts';

const STORE = 'outbox';
type Store = IDBPObjectStore<unknown, [typeof STORE], typeof STORE, 'readwrite'>;

/**
 * The outbox in IndexedDB, shared by all tabs of the origin. Relaxed durability: a write survives the end of the page, the renderer
 * and the browser, which is what happens to shoppers; only a power cut may take the last one. The name is one that no page gives to a database of its own:
 * it is deleted as a whole.
 * @example startSdk(options, { outbox: createIdbOutbox() })
 */
export const createIdbOutbox = (name = 'gander-outbox'): Outbox => {
  // Asynchronous also in failing: where storage is denied, `open` throws.
  const openNew = async () => {
    const db = await openDB(name, 1, {
      upgrade: (db) => void db.createObjectStore(STORE, { keyPath: ['boot', 'seq'] }),
    });
    const reopen = (): void => {
      opened = undefined;
      db.close();
    };
    // A tab that clears the outbox, or has a later version of the SDK, must not wait for this page.
    db.addEventListener('versionchange', reopen);
    // The browser closed it: the site's data was cleared, or iOS took the connection away while another app was in front.
    db.addEventListener('close', reopen);
    return db;
  };
  let opened: Promise<IDBPDatabase> | undefined;
  const open = (): Promise<IDBPDatabase> => {
    opened ??= openNew();
    return opened;
  };
  /** One transaction, committed at once: left to end by itself it would need one more turn of a page that may be gone by then. */
  const change = async (work: (store: Store) => Promise<unknown>): Promise<unknown> => {
    const transaction = (await open()).transaction(STORE, 'readwrite', { durability: 'relaxed' });
    const done = Promise.all([work(transaction.objectStore(STORE)), transaction.done]);
    transaction.commit();
    return done;
  };
  return {
    open,
    put: (record) => change((store) => store.put(record)),
    remove: ({ boot, seq }) => change((store) => store.delete([boot, seq])),
    async all() {
      const transaction = (await open()).transaction(STORE);
      const [records] = await Promise.all([transaction.objectStore(STORE).getAll(), transaction.done]);
      return records as OutboxRecord[];
    },
    async clear() {
      opened = undefined;
      indexedDB.deleteDatabase(name);
    },
  };
};
