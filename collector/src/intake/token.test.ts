import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTokenClock } from './clock.ts';
import { createTokens, originHash, type TokenFields } from './token.ts';
import { createTokenTimes } from './token-times.ts';

const DAY = 86_400_000;
const START = 100 * 7 * DAY + 12 * 3_600_000;
const rootKey = randomBytes(32);
let nowMs = START;
let monotonicMs = 0;
/** A quarter of an hour, a minute and a day: the defaults of the configuration. */
const useSeconds = 900 + 60 + 86_400;
const tokens = createTokens({ rootKey, rotationDays: 7, useSeconds, now: () => nowMs });

const fields = (more: Partial<TokenFields> = {}): TokenFields => ({
  merchant: '00112233445566ff',
  session: 'ab'.repeat(16),
  transaction: 'order_1',
  assurance: 2,
  originHash: originHash('https://shop.example'),
  issued: Math.floor(nowMs / 1_000),
  expires: Math.floor(nowMs / 1_000) + 900,
  ...more,
});
/** Changes what a token says and leaves its MAC. */
const forged = (token: string, change: (bytes: Buffer) => void): string => {
  const bytes = Buffer.from(token, 'base64url');
  change(bytes);
  return bytes.toString('base64url');
};
const times = (options = {}) => {
  let jumps = 0;
  const clock = createTokenClock({ now: () => nowMs, monotonic: () => monotonicMs }, () => jumps++);
  const limits = {
    ttlSeconds: 900,
    sessionSeconds: 14_400,
    skewSeconds: 60,
    lateSeconds: 86_400,
    ...options,
  };
  return { times: createTokenTimes(clock, limits), jumps: () => jumps };
};
const pass = (seconds: number): void => {
  nowMs += seconds * 1_000;
  monotonicMs += seconds * 1_000;
};

describe('token', () => {
  it('brings back what it says, in at most 132 characters', () => {
    for (const transaction of ['order_1', 'x'.repeat(40), `~${'ab'.repeat(16)}`]) {
      const text = tokens.mint(fields({ transaction }));
      expect(text.length).toBeLessThanOrEqual(132);
      expect(tokens.verify(text)).toMatchObject(fields({ transaction }));
    }
  });

  it('#11 #12 #13 is refused with another version, key id, level of assurance or length', () => {
    const text = tokens.mint(fields());
    for (const id of [0, 1, 2, 254, 255]) {
      const other = forged(text, (b) => (b[1] = id));
      if (other !== text) expect(tokens.verify(other)).toBeUndefined();
    }
    expect(tokens.verify(forged(text, (b) => (b[0] = 2)))).toBeUndefined();
    // Level 3 needs proof of the session's key, which is not taken yet: a token that claims it is worth nothing.
    expect(tokens.verify(tokens.mint(fields({ assurance: 3 })))).toBeUndefined();
    for (const bad of [
      '',
      text.slice(1),
      `${text}A`,
      `${text}=`,
      ` ${text}`,
      text.replace('A', '+'),
      'x'.repeat(5_000),
    ]) {
      if (bad !== text) expect(tokens.verify(bad)).toBeUndefined();
    }
    const other = createTokens({
      rootKey: randomBytes(32),
      rotationDays: 7,
      useSeconds,
      now: () => nowMs,
    });
    expect(other.verify(text)).toBeUndefined();
  });

  it('#14 outlives one rotation of its key, and not two', () => {
    nowMs = START;
    const text = tokens.mint(fields());
    nowMs = START + 7 * DAY;
    expect(tokens.verify(text)).toBeDefined();
    nowMs = START + 14 * DAY;
    expect(tokens.verify(text)).toBeUndefined();
    // A collector whose clock is a few seconds ahead across the change is understood.
    nowMs = 101 * 7 * DAY + 20_000;
    const ahead = tokens.mint(fields());
    nowMs = 101 * 7 * DAY - 20_000;
    expect(tokens.verify(ahead)).toBeDefined();
    nowMs = START;
  });
});

describe('a key that changes every day', () => {
  const midnight = START - 12 * 3_600_000;
  const daily = createTokens({ rootKey, rotationDays: 1, useSeconds, now: () => nowMs });

  it('#14 is live as long as a token of it may come late, and no longer', () => {
    // Minted a minute before midnight: an outbox may bring its batches until a day after it expired.
    const minted = midnight - 60_000;
    nowMs = minted;
    const text = daily.mint(fields());
    for (const later of [60_000, DAY, useSeconds * 1_000]) {
      nowMs = minted + later;
      expect(daily.verify(text)).toBeDefined();
    }
    nowMs = midnight + 2 * DAY;
    expect(daily.verify(text)).toBeUndefined();
    nowMs = START;
  });

  it('#47 is live also when the clock is set back to the day before', () => {
    nowMs = midnight + 60_000;
    const verified = daily.verify(daily.mint(fields()))!;
    nowMs -= 2 * 3_600_000;
    expect(daily.isLive(verified.period)).toBe(true);
    nowMs = START;
  });
});

describe('token times', () => {
  it('#8 is fresh until it expires and a minute, late for a day, then expired; early beyond a minute', () => {
    const { times: judge } = times();
    const now = Math.floor(nowMs / 1_000);
    const age = (issued: number, expires: number) =>
      judge.ageOf(fields({ issued: now + issued, expires: now + expires }));
    expect(age(0, 900)).toBe('fresh');
    expect(age(-1_000, -60)).toBe('fresh');
    expect(age(-1_000, -61)).toBe('late');
    expect(age(-90_000, -60 - 86_400)).toBe('late');
    expect(age(-90_000, -61 - 86_400)).toBe('expired');
    expect(age(60, 960)).toBe('fresh');
    expect(age(61, 961)).toBe('early');
  });

  it('renews in the last third, keeps the session’s start, and ends with the session', () => {
    const { times: judge } = times();
    const now = Math.floor(nowMs / 1_000);
    expect(judge.renewal(fields({ issued: now - 100, expires: now + 301 }))).toBeUndefined();
    expect(judge.renewal(fields({ issued: now - 700, expires: now + 299 }))).toEqual({
      issued: now - 700,
      expires: now + 900,
    });
    expect(judge.renewal(fields({ issued: now - 14_000, expires: now + 200 }))).toEqual({
      issued: now - 14_000,
      expires: now + 400,
    });
    expect(judge.renewal(fields({ issued: now - 14_300, expires: now + 100 }))).toBeUndefined();
    expect(judge.next(fields({ issued: now - 14_400, expires: now }))).toBeUndefined();
  });

  it('#8 #11 renews a late token too, and never beyond the session’s four hours', () => {
    const { times: judge } = times();
    const now = Math.floor(nowMs / 1_000);
    const late = fields({ issued: now - 10_000, expires: now - 9_100 });
    expect(judge.ageOf(late)).toBe('late');
    const renewed = judge.renewal(late);
    expect(renewed).toEqual({ issued: now - 10_000, expires: now + 900 });
    expect(judge.ageOf(fields(renewed))).toBe('fresh');
    // However often it is renewed, the session ends four hours after its start; what is late then stays late, and ends in a day.
    let token = late;
    for (let minutes = 0; minutes < 240; minutes += 5) {
      token = fields(judge.renewal(token) ?? token);
      expect(token.expires).toBeLessThanOrEqual(late.issued + 14_400);
      pass(300);
    }
    expect(judge.ageOf(token)).toBe('late');
    expect(judge.renewal(token)).toBeUndefined();
    pass(86_400);
    expect(judge.ageOf(token)).toBe('expired');
    nowMs = START;
  });

  it.each([-7_200, 3_600, 3 * 86_400])('#47 survives a jump of the clock by %i s', (jump) => {
    const { times: judge, jumps } = times();
    const token = fields();
    expect(judge.ageOf(token)).toBe('fresh');
    nowMs += jump * 1_000;
    expect(judge.ageOf(token)).toBe('fresh');
    expect(jumps()).toBe(1);
    const renewed = judge.renewal(token);
    const now = Math.floor(nowMs / 1_000);
    expect(renewed).toEqual({ issued: token.issued + jump, expires: now + 900 });
    expect(judge.ageOf(fields(renewed))).toBe('fresh');
    pass(1_801);
    expect(judge.ageOf(fields(renewed))).toBe('late');
    expect(judge.renewal(token) === undefined).toBe(judge.ageOf(token) !== 'late');
    nowMs = START;
  });

  it('survives two jumps in a row', () => {
    const { times: judge } = times();
    const token = fields();
    judge.ageOf(token);
    nowMs += 3_600_000;
    judge.ageOf(token);
    nowMs -= 7_200_000;
    expect(judge.ageOf(token)).toBe('fresh');
    nowMs = START;
  });
});
