import type { Outbox, OutboxRecord } from './outbox.ts';
import { lossOf } from './sender.ts';
import type { Session } from './session.ts';

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
 * @param locks the browser's; pages without a secure context have none, and keep no orphans
 * @param adopt sends the batches; the lock is held until {@link Orphans.release}
 * @param drop told about batches that were too old, by number of logs; already removed
 */
export const createOrphans = (
  outbox: Outbox,
  boot: string,
  locks: Pick<LockManager, 'request'>,
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
        drop(lossOf(record));
        await outbox.remove(record);
      }
    }
    if (fresh.length) adopt(fresh);
  };

  return {
    hold() {
      locks.request(`gander-${boot}`, untilRelease).catch(() => {});
    },
    release() {
      for (const release of releases.splice(0)) release();
    },
    async sweep() {
      const owners = new Set((await outbox.all()).map((record) => record.boot));
      for (const owner of owners)
        if (!adopted.has(owner))
          locks
            .request(`gander-${owner}`, { ifAvailable: true }, async (lock) => {
              if (!lock) return;
              adopted.add(owner);
              await take(owner);
              await untilRelease();
            })
            .catch(() => {});
    },
  };
};
