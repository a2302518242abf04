import { paste, ready, typed } from '@gander/log-codes/encode';
import { expect, it } from 'vitest';
import { badOptions } from './bad-options.ts';
import { createDebugLog } from './create-debug-log.ts';
import { describeLog } from './describe-log.ts';

it('says a log in words with its bytes', () => {
  expect(describeLog(paste({ field: 1, field_no: 3, replaced: 0 }))).toBe(
    '220 Paste · field card-number, field_no 3, replaced into_empty · 3 B',
  );
  expect(describeLog(typed({ field: 10, field_no: 1, flight_autocorr_pct: -37 }))).toContain(
    'flight_autocorr_pct -37 %',
  );
  expect(describeLog(ready({ sdk_version: 100, entry: 1, page: 'checkout', start_ms: 5 }))).toContain(
    'page checkout',
  );
  expect(describeLog([999, 1])).toContain('999 unknown');
});

it('says why a field is masked when it is entered', () => {
  const lines: string[] = [];
  const debug = createDebugLog(
    (line) => lines.push(line),
    () => ({}) as Element,
    () => ({ fieldClass: 1, tier: 'S0', found: 10, words: 'card number 4242 4242' }) as never,
  );
  debug([200, 1, 1, 1, 1]);
  expect(lines[1]).toContain('card-number (S0, now like email) is secret');
  expect(lines[1]).toContain('[card number #### ####]');
});

it('names the options that are not as they should be', () => {
  expect(
    badOptions({ key: 'gpk_1', collector: 'https://c.example', page: 'checkout', consent: 'none' }),
  ).toEqual([]);
  expect(badOptions({ key: 'gpk_1', collector: 'https://c.example/', transaction: 12345 as never })).toEqual(
    [],
  );
  expect(badOptions({ grant: undefined, page: 'Check out', consent: '' as never })).toEqual([
    'key or grant',
    'page',
    'consent',
  ]);
  expect(badOptions({ key: 'gpk_1', collector: 'c.example', transaction: '4242424242424242' })).toEqual([
    'collector',
    'transaction',
  ]);
});
