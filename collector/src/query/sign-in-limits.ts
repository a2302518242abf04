import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Failed tries that are let through, and in how many seconds. */
export const SIGN_IN_LIMITS = {
  /** From one address, for whatever account. Several people may sit behind one. */
  address: { points: 30, duration: 600 },
  /** For one account from one address. */
  pair: { points: 10, duration: 600 },
  /** For one account's password from everywhere: many addresses together guess no faster. Other ways to sign in stay open. */
  account: { points: 100, duration: 3_600 },
} as const;

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

/** Limits of sign-in per address and per account: who guesses locks out themselves, and no one else. */
export const createSignInLimits = (): SignInLimits => {
  const limiters = {
    address: new RateLimiterMemory({ keyPrefix: 'address', ...SIGN_IN_LIMITS.address }),
    pair: new RateLimiterMemory({ keyPrefix: 'pair', ...SIGN_IN_LIMITS.pair }),
    account: new RateLimiterMemory({ keyPrefix: 'account', ...SIGN_IN_LIMITS.account }),
  };
  return {
    async begin(address, account) {
      const checks: [RateLimiterMemory, string][] = [[limiters.address, address]];
      if (account !== undefined) {
        // Of fixed length, whatever was typed.
        const hash = createHash('sha256').update(account.trim().toLowerCase()).digest('base64url');
        checks.push([limiters.pair, `${address} ${hash}`], [limiters.account, hash]);
      }
      const spent: [RateLimiterMemory, string][] = [];
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
          // A try that is not made counts nowhere: one address alone cannot use up an account's, nor lengthen its own wait.
          await giveBack();
          return Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
        }
      }
      return { succeeded: giveBack };
    },
  };
};
