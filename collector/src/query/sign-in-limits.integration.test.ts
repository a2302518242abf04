import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEachDatabase } from '../registry/database-fixture.ts';
import { type OpenDatabase, openDatabase } from '../registry/open-database.ts';
import { createSignInLimits, SIGN_IN_LIMITS, type SignInLimits, type Try } from './sign-in-limits.ts';

describeEachDatabase('sign-in limits', (database) => {
  let dataDir: string;
  let opened: OpenDatabase[];
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'gander-limits-'));
    opened = [];
    await database.empty();
  });
  afterEach(async () => {
    for (const one of opened) await one.close();
    rmSync(dataDir, { recursive: true });
  });

  /** The limits as one more process has them. */
  const limits = async (): Promise<
    SignInLimits & { fails(a: string, account?: string): Promise<boolean> }
  > => {
    const one = await openDatabase({ url: database.url(), dataDir });
    opened.push(one);
    const { begin } = createSignInLimits({ db: one.db as unknown as Kysely<unknown>, dialect: one.dialect });
    return {
      begin,
      /** A try that fails. @returns whether it was let through */
      fails: async (address, account) => typeof (await begin(address, account)) !== 'number',
    };
  };

  it('stop an address that tries many accounts, and no other address', async () => {
    const { fails } = await limits();
    for (let i = 0; i < SIGN_IN_LIMITS.address.points; i++)
      expect(await fails('a', `n${i}@example.com`)).toBe(true);
    expect(await fails('a', 'one-more@example.com')).toBe(false);
    expect(await fails('a')).toBe(false);
    expect(await fails('b', 'one-more@example.com')).toBe(true);
  });

  it('stop an address at an account, however it is written, and not that address at others', async () => {
    const { fails } = await limits();
    for (let i = 0; i < SIGN_IN_LIMITS.pair.points; i++)
      expect(await fails('a', i % 2 ? 'Ada@Example.com ' : 'ada@example.com')).toBe(true);
    expect(await fails('a', 'ada@example.com')).toBe(false);
    expect(await fails('a', 'bo@example.com')).toBe(true);
    expect(await fails('b', 'ada@example.com')).toBe(true);
  });

  it('stop an account over all addresses; one address alone cannot use that up', async () => {
    const { fails } = await limits();
    // More tries than the account has; the other process forgets nothing of it.
    for (const { fails: tries } of [await limits(), await limits()])
      for (let i = 0; i < SIGN_IN_LIMITS.account.points; i++) await tries('attacker', 'ada@example.com');
    expect(await fails('home', 'ada@example.com')).toBe(true);
    const others = SIGN_IN_LIMITS.account.points - SIGN_IN_LIMITS.pair.points - 1;
    for (let i = 0; i < others; i++) expect(await fails(`bot${i}`, 'ada@example.com')).toBe(true);
    expect(await fails('home', 'ada@example.com')).toBe(false);
    expect(await fails('home')).toBe(true);
  });

  it('are the same for all processes, also for one that has just started', async () => {
    const both = [await limits(), await limits()];
    let passed = 0;
    for (let i = 0; i < 3 * SIGN_IN_LIMITS.pair.points; i++)
      if (await both[i % 2]!.fails('a', 'ada@example.com')) passed++;
    expect(passed).toBe(SIGN_IN_LIMITS.pair.points);
    const { fails } = await limits();
    expect([await fails('a', 'ada@example.com'), await fails('a', 'bo@example.com')]).toEqual([false, true]);
  });

  it('count tries when they begin, so that many at once do not pass, and give back those that succeed', async () => {
    const both = [await limits(), await limits()];
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, i) => both[i % 2]!.begin('a', 'ada@example.com')),
    );
    const begun = all.filter((t): t is Try => typeof t !== 'number');
    expect(begun).toHaveLength(SIGN_IN_LIMITS.pair.points);
    for (const one of begun) await one.succeeded();
    const { begin } = await limits();
    for (let i = 0; i < 2 * SIGN_IN_LIMITS.address.points; i++) {
      const one = await begin('a', 'ada@example.com');
      expect(one).not.toBeTypeOf('number');
      await (one as Try).succeeded();
    }
  });

  it('say how long to wait, in seconds, also without asking the database', async () => {
    const { begin } = await limits();
    let answer: Try | number = 0;
    for (let i = 0; i <= SIGN_IN_LIMITS.address.points; i++) answer = await begin('a');
    expect(answer).toBeGreaterThan(SIGN_IN_LIMITS.address.duration - 60);
    expect(answer).toBeLessThanOrEqual(SIGN_IN_LIMITS.address.duration);
    await opened.pop()!.close();
    expect(await begin('a')).toBeGreaterThan(SIGN_IN_LIMITS.address.duration - 60);
    await expect(begin('b')).rejects.toThrow();
  });
});
