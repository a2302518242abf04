/** The outbox, for those who add it to `@gander/sdk/core`: batches wait in IndexedDB until the collector has them. */
import { createIdbOutbox } from '../deliver/idb-outbox.ts';
import { type Keep, keepIn } from '../deliver/keep.ts';

export type { Keep } from '../deliver/keep.ts';

/**
 * Keeps batches in IndexedDB: a page that dies loses at most its last second.
 * @example gander.init({ key: 'gpk_…', collector: 'https://collect.shop.example', signals: [fieldVisits], keep: keepInIndexedDb })
 */
export const keepInIndexedDb: Keep = /* @__PURE__ */ keepIn(() => createIdbOutbox());
