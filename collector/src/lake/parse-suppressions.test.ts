import { expect, it } from 'vitest';
import { parseSuppressions } from './parse-suppressions.ts';

const MERCHANT = '00112233445566ff';
const SESSION = 'ab'.repeat(16);

it('reads transactions and sessions, skipping empty lines and comments', () => {
  expect(
    parseSuppressions([
      '# asked for on Monday',
      '',
      `${MERCHANT} order_1`,
      ` ${SESSION} `,
      `${MERCHANT}\t~${SESSION}`,
    ]),
  ).toEqual({
    suppressions: [
      { merchant: MERCHANT, transaction: 'order_1' },
      { session: SESSION },
      { merchant: MERCHANT, transaction: `~${SESSION}` },
    ],
    problems: [],
  });
});

it.each([
  `${MERCHANT}`,
  `${MERCHANT} ''`,
  `order_1 ${MERCHANT}`,
  `${SESSION.toUpperCase()}`,
  `${MERCHANT} a b`,
  `${MERCHANT} ')--`,
])('refuses %j', (line) => {
  const { suppressions, problems } = parseSuppressions(['', line]);
  expect(suppressions).toEqual([]);
  expect(problems).toEqual([expect.stringContaining('Line 2')]);
});
