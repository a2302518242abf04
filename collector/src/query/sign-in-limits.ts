import { createHash } from 'node:crypto';
import { CompiledQuery, type Kysely } from 'kysely';
import { type RateLimiterAbstract, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Dialect } from '../registry/open-database.ts';

/** Failed tries that are let through, and in how many seconds. */
export const SIGN_IN_LIMITS = {
  /** From one address, for whatever account. Several people may sit behind one. */
  address: { points: 30, duration: 600 },
  /** For one account from one address. */
  pair: { points: 10, duration: 600 },
  /** For one account's password from everywhere: many addresses together guess no faster. Other ways to sign in stay open. */
  account: { points: 100, duration: 3_600 },
} as const;

/** Who was refused is refused again for so long without asking the database, ms: a flood of tries is no flood of writes. */
const REMEMBER_MS = 5_000;
const MAX_REMEMBERED = 10_000;

/** A try that was let through: told how it ended. */
export interface Try {
  /** Gives back what the try had spent: only failed tries count. */
  succeeded(): Promise<void>;
}

export interface SignInLimits {
  /**
   * Spends a try before it is made, so that many at the same moment do not all pass.
   * @param address of the client, as limits count it (IPv6: /64)
   * @param account e-mail that a password is tried for; without one, only the address counts
   * @returns the try, or the seconds to wait
   */
  begin(address: string, account?: string): Promise<Try | number>;
}

export interface SignInLimitsOptions {
  /** Database of the console, which counts for all its processes; table `sign_in_tries`. */
  readonly db: Kysely<unknown>;
  readonly dialect: Dialect;
}

/** Limits of sign-in per address and per account: who guesses locks out themselves, and no one else. */
export const createSignInLimits = ({ db, dialect }: SignInLimitsOptions): SignInLimits => {
  const storeClient = clientOf(db, dialect);
  const limiterOf = (keyPrefix: keyof typeof SIGN_IN_LIMITS): RateLimiterAbstract =>
    new RateLimiterPostgres({
      storeClient,
      storeType: 'client',
      tableName: 'sign_in_tries',
      tableCreated: true,
      clearExpiredByTimeout: keyPrefix === 'address',
      keyPrefix,
      ...SIGN_IN_LIMITS[keyPrefix],
    });
  const limiters = { address: limiterOf('address'), pair: limiterOf('pair'), account: limiterOf('account') };
  /** When those who were refused a moment ago may try again, and until when that is not asked again, ms since 1970. */
  const refused = new Map<string, { readonly untilMs: number; readonly againMs: number }>();
  const remember = (key: string, waitMs: number): void => {
    const now = Date.now();
    refused.set(key, { untilMs: now + waitMs, againMs: now + Math.min(waitMs, REMEMBER_MS) });
    for (const old of refused.keys()) {
      if (refused.size <= MAX_REMEMBERED) break;
      refused.delete(old);
    }
  };
  return {
    async begin(address, account) {
      const checks: [RateLimiterAbstract, string][] = [[limiters.address, address]];
      if (account !== undefined) {
        // Of fixed length, whatever was typed.
        const hash = createHash('sha256').update(account.trim().toLowerCase()).digest('base64url');
        checks.push([limiters.pair, `${address} ${hash}`], [limiters.account, hash]);
      }
      const now = Date.now();
      for (const [limiter, key] of checks) {
        const known = refused.get(limiter.getKey(key));
        if (known && now < known.againMs) return secondsOf(known.untilMs - now);
      }
      const spent: [RateLimiterAbstract, string][] = [];
      const giveBack = async (): Promise<void> => {
        for (const [limiter, key] of spent) await limiter.reward(key);
      };
      for (const [limiter, key] of checks) {
        // Also when it is refused: a refused try is counted by the limiter all the same.
        spent.push([limiter, key]);
        try {
          await limiter.consume(key);
        } catch (error) {
          if (!(error instanceof RateLimiterRes)) throw error;
          remember(limiter.getKey(key), error.msBeforeNext);
          // A try that is not made counts nowhere: one address alone cannot use up an account's, nor lengthen its own wait.
          await giveBack();
          return secondsOf(error.msBeforeNext);
        }
      }
      return {
        async succeeded() {
          await giveBack();
          for (const [limiter, key] of spent) refused.delete(limiter.getKey(key));
        },
      };
    },
  };
};

const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

/**
 * What the limiter takes for a client of PostgreSQL. Its statements are such as SQLite knows too, but for how it numbers parameters;
 * through Kysely they wait their turn behind a transaction, which SQLite has only one connection for.
 */
const clientOf = (db: Kysely<unknown>, dialect: Dialect) => ({
  async query({ text, values = [] }: { text: string; values?: unknown[] }) {
    const sql = dialect === 'sqlite' ? text.replace(/\$(\d)/g, '?$1') : text;
    const { rows } = await db.executeQuery(CompiledQuery.raw(sql, values));
    return { rows, rowCount: rows.length };
  },
});
