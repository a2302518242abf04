import { randomUUID } from 'node:crypto';
import type { LakeStore } from './lake-store.ts';
import { LAKE_LEASE } from './layout.ts';

/** Longest time that a killed process keeps others from upkeep, ms. */
export const LEASE_MS = 120_000;
/** Clocks of two machines may be apart by so much, ms. */
const SKEW_MS = 10_000;

/** What stands in the bucket. */
interface LeaseRecord {
  readonly owner: string;
  /** Wall clock of the owner, ms since 1970; 0 when given back. */
  readonly untilMs: number;
}

/** The right to look after a bucket, renewed until it is given back. */
export interface Lease {
  /** Whether it has been lost: this process stood still for too long, and another took over. */
  readonly lost: () => boolean;
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly store: Pick<LakeStore, 'list' | 'read'> & Required<Pick<LakeStore, 'claim'>>;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
}

/**
 * Takes the lease of a bucket by conditional PUT: an object that only one of several processes can create, or replace while it is as
 * they read it. Whoever is killed leaves it to run out.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * @returns undefined when another process has it
 */
export const takeLease = async ({ store, now }: LeaseOptions): Promise<Lease | undefined> => {
  const owner = randomUUID();
  const before = await current(store);
  if (before && before.record.untilMs + SKEW_MS > now()) return;
  const text = (untilMs: number): Uint8Array =>
    Buffer.from(JSON.stringify({ owner, untilMs } satisfies LeaseRecord));
  if (!(await store.claim(LAKE_LEASE, text(now() + LEASE_MS), before?.version))) return;

  let untilMs = now() + LEASE_MS;
  let gone = false;
  /** Writes again, if it is still this process's. */
  const write = async (until: number): Promise<void> => {
    const seen = await current(store);
    const mine = seen?.record.owner === owner;
    if (!mine || !(await store.claim(LAKE_LEASE, text(until), seen.version))) gone = true;
    else untilMs = until;
  };
  let renewing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    // A renewal that fails is tried again; the lease is lost once its time is over.
    renewing = renewing.then(() => write(now() + LEASE_MS)).catch(() => {});
  }, LEASE_MS / 4);
  timer.unref();
  return {
    lost: () => gone || now() > untilMs,
    async release() {
      clearInterval(timer);
      await renewing;
      if (!gone) await write(0);
    },
  };
};

const current = async (
  store: LeaseOptions['store'],
): Promise<{ record: LeaseRecord; version: string } | undefined> => {
  // The version first: if it is replaced between the two, the claim finds another version and fails.
  const listed = (await store.list(LAKE_LEASE.slice(0, LAKE_LEASE.lastIndexOf('/')))).find(
    (o) => o.key === LAKE_LEASE,
  );
  const bytes = listed && (await store.read(LAKE_LEASE));
  if (!listed || !bytes) return;
  return { record: JSON.parse(Buffer.from(bytes).toString()) as LeaseRecord, version: listed.version };
};
