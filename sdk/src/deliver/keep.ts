import { logsDropped, recovered, storageFailed } from '@gander/log-codes/encode';
import { wallClock } from '../natives.ts';
import { later, log } from '../running.ts';
import { withLeaveCopies } from './leave-copies.ts';
import { createOrphans } from './orphans.ts';
import type { Outbox } from './outbox.ts';
import type { Sender, Waiting } from './sender.ts';

/** Earlier visits' batches are looked for when the page has had its start. */
const SWEEP_MS = 1_000;
/** Values of `drop_reason` and `storage_failure`. */
const TOO_OLD = 2;
const WRITE = 2;

/** Keeps batches on the device until they are acknowledged, from `start` to `clear`. Nothing here throws or is waited for. */
export interface Keeper {
  /** Begins: consent allows it. Hands over what pages that are gone had left. */
  start(): void;
  save(batch: Waiting): void;
  remove(batch: Waiting): void;
  /** Ends, and removes everything from the device, also what earlier visits left. Consent does not allow it, or someone wants it gone. */
  clear(): void;
  /** The page may be gone the next moment. */
  leave(): void;
  /** Sends what earlier visits left: limits of theirs hold up nothing of this one, nor the other way round. */
  readonly earlier: Sender;
  /** Holds this page's batches against other tabs; not while it is in the bfcache, which a held lock would keep it out of. */
  hold(): void;
  release(): void;
}

/**
 * Creates what keeps batches for a page visit. Touches no storage before it is told to.
 * @param boot name of this page visit
 * @param createQueue makes the queue for batches of pages that are gone
 * @returns undefined where that cannot be: without Web Locks (no secure context) nobody could tell a dead page's batches from a live one's
 */
export type Keep = (boot: string, createQueue: () => Sender) => Keeper | undefined;

/** Keeps batches in an outbox. @param createOutbox called once; opens nothing yet */
export const keepIn =
  (createOutbox: () => Outbox): Keep =>
  (boot, createQueue) => {
    let locks: LockManager | undefined;
    try {
      locks = navigator.locks;
    } catch {
      // Broken by the page.
    }
    if (!locks) return;
    const outbox = withLeaveCopies(createOutbox(), () => localStorage);
    let on = false;
    let faults = 0;
    const failed = (): void => {
      if (!faults++) log(storageFailed({ storage_failure: WRITE, count: 1 }));
    };
    const earlier = createQueue();
    const orphans = createOrphans(
      outbox,
      boot,
      locks,
      wallClock,
      (records) => {
        if (!on) return;
        for (const record of records) earlier.push(record);
        void earlier.pump();
        const age = wallClock() - Math.min(...records.map((record) => record.at));
        log(recovered({ batches: records.length, age_s: Math.max(0, Math.round(age / 1e3)) }));
      },
      (count) => log(logsDropped({ drop_reason: TOO_OLD, count })),
    );
    return {
      start() {
        if (on) return;
        on = true;
        // What opens a database can wait for the page's own script to end.
        later(() => {
          if (!on) return;
          outbox.open().catch(failed);
          orphans.hold();
        }, 0);
        later(() => on && void orphans.sweep().catch(failed), SWEEP_MS);
      },
      save(batch) {
        if (on) outbox.put({ at: wallClock(), ...batch }).catch(failed);
      },
      remove(batch) {
        if (on) outbox.remove(batch).catch(failed);
      },
      clear() {
        on = false;
        orphans.release();
        outbox.clear().catch(failed);
      },
      earlier,
      leave: outbox.leave,
      hold() {
        if (on) orphans.hold();
      },
      release: orphans.release,
    };
  };
