import { describe, expect, it } from 'vitest';
import { createSignInLimits, SIGN_IN_LIMITS, type Try } from './sign-in-limits.ts';

const limits = () => {
  const { begin } = createSignInLimits();
  return {
    fails: async (address: string, account?: string) => typeof (await begin(address, account)) !== 'number',
    begin,
  };
};

describe('sign-in limits', () => {
  it('stop an address that tries many accounts, and no other address', async () => {
    const { fails } = limits();
    for (let i = 0; i < SIGN_IN_LIMITS.address.points; i++)
      expect(await fails('a', `n${i}@example.com`)).toBe(true);
    expect(await fails('a', 'one-more@example.com')).toBe(false);
    expect(await fails('a')).toBe(false);
    expect(await fails('b', 'one-more@example.com')).toBe(true);
  });

  it('stop an address at an account, however it is written, and not that address at others', async () => {
    const { fails } = limits();
    for (let i = 0; i < SIGN_IN_LIMITS.pair.points; i++)
      expect(await fails('a', i % 2 ? 'Ada@Example.com ' : 'ada@example.com')).toBe(true);
    expect(await fails('a', 'ada@example.com')).toBe(false);
    expect(await fails('a', 'bo@example.com')).toBe(true);
    expect(await fails('b', 'ada@example.com')).toBe(true);
  });

  it('stop an account over all addresses; one address alone cannot use that up', async () => {
    const { fails } = limits();
    for (let i = 0; i < 1_000; i++) await fails('attacker', 'ada@example.com');
    expect(await fails('home', 'ada@example.com')).toBe(true);
    const others = SIGN_IN_LIMITS.account.points - SIGN_IN_LIMITS.pair.points - 1;
    for (let i = 0; i < others; i++) expect(await fails(`bot${i}`, 'ada@example.com')).toBe(true);
    expect(await fails('home', 'ada@example.com')).toBe(false);
    expect(await fails('home')).toBe(true);
  });

  it('count tries when they begin, so that many at once do not pass, and give back those that succeed', async () => {
    const { begin } = limits();
    const all = await Promise.all(Array.from({ length: 40 }, () => begin('a', 'ada@example.com')));
    const begun = all.filter((t): t is Try => typeof t !== 'number');
    expect(begun).toHaveLength(SIGN_IN_LIMITS.pair.points);
    for (const one of begun) await one.succeeded();
    for (let i = 0; i < 100; i++) {
      const one = await begin('a', 'ada@example.com');
      expect(one).not.toBeTypeOf('number');
      await (one as Try).succeeded();
    }
  });

  it('say how long to wait, in seconds', async () => {
    const { begin } = limits();
    let answer: Try | number = 0;
    for (let i = 0; i <= SIGN_IN_LIMITS.address.points; i++) answer = await begin('a');
    expect(answer).toBeGreaterThan(0);
    expect(answer).toBeLessThanOrEqual(SIGN_IN_LIMITS.address.duration);
  });
});
