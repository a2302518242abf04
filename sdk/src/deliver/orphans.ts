import type { Outbox, OutboxRecord } from './outbox.ts';
import type { Session } from './session.ts';

/** Without Web Locks: a running batch is sealed after 5 s, so what is older than this has nobody who still writes to it. */
const ABANDONED_MS = 10_000;
/** Batches older than this are not sent any more (the collector takes tokens for 24 h). */
const MAX_AGE_MS = 86_400_000;

export interface Orphans {
  /** Holds this page's own batches against other tabs; not while it is in the bfcache, which a held lock would keep it out of. */
  hold(): void;
  release(): void;
  /** Looks for batches of pages that are gone, and adopts them. */
  sweep(): Promise<void>;
}

/**
 * Batches of dead tabs and earlier visits are sent by one tab: each page holds a Web Lock of its own name while it lives
 * (https://w3c.github.io/web-locks/), and who sweeps must get that lock first.
 * @param adopt sends the batches; the lock is held until {@link Orphans.release}
 * @param drop told about batches that were too old, by number of logs; already removed
 */
export const createOrphans = (
  outbox: Outbox,
  boot: string,
  locks: LockManager | undefined,
  wallClock: () => number,
  adopt: (records: OutboxRecord[]) => void,
  drop: (logs: number) => void,
): Orphans => {
  const releases: (() => void)[] = [];
  const adopted = new Set([boot]);
  const untilRelease = (): Promise<void> => new Promise((resolve) => releases.push(resolve));

  const take = async (owner: string): Promise<void> => {
    // Again, now that nobody else can send them: another tab may just have done so.
    const records = (await outbox.all()).filter((record) => record.boot === owner);
    const fresh: OutboxRecord[] = [];
    // One session for all that waited for it.
    const sessions = new Map<string, Session>();
    for (const record of records) {
      const { request, token } = record.session;
      const session = sessions.get(request + token) ?? record.session;
      sessions.set(request + token, session);
      if (wallClock() - record.at < MAX_AGE_MS) fresh.push({ ...record, session });
      else {
        drop(record.logs);
        await outbox.remove(owner, record.seq);
      }
    }
    if (fresh.length) adopt(fresh);
  };

  return {
    hold() {
      locks?.request(`gander-${boot}`, untilRelease).catch(() => {});
    },
    release() {
      for (const release of releases.splice(0)) release();
    },
    async sweep() {
      const newest = new Map<string, number>();
      for (const { boot: owner, at } of await outbox.all())
        newest.set(owner, Math.max(at, newest.get(owner) ?? 0));
      for (const [owner, at] of newest) {
        if (adopted.has(owner)) continue;
        if (locks)
          locks
            .request(`gander-${owner}`, { ifAvailable: true }, async (lock) => {
              if (!lock) return;
              adopted.add(owner);
              await take(owner);
              await untilRelease();
            })
            .catch(() => {});
        else if (Math.abs(wallClock() - at) > ABANDONED_MS) {
          adopted.add(owner);
          await take(owner);
        }
      }
    },
  };
};
