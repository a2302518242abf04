import { describe, expect, it } from 'vitest';
import { isLabel, isTransactionReference, looksLikeCardNumber } from './limits.ts';

/** Public test numbers of the card brands, 12 to 19 digits. */
const CARDS = [
  '4242424242424242',
  '5555555555554444',
  '378282246310005',
  '30569309025904',
  '6304000000000000',
  '6759649826438453',
  '4000000000000000006',
  '501800000009',
];

describe('looksLikeCardNumber', () => {
  it.each(CARDS)('finds %s bare, in groups, inside words and behind a prefix', (card) => {
    expect(looksLikeCardNumber(card)).toBe(true);
    expect(looksLikeCardNumber(`order${card}x`)).toBe(true);
    expect(looksLikeCardNumber(`7-${card}`)).toBe(true);
    for (const separator of ['-', ' ', '.', '/', '_']) {
      expect(looksLikeCardNumber(card.replace(/(.{4})(?=.)/g, `$1${separator}`)), separator).toBe(true);
    }
  });

  it('lets order numbers, dates and zeros be', () => {
    for (const text of [
      'order_10293',
      '2026-11-22',
      '4242424242424241',
      '000000000000',
      '12345678901',
      'step/2',
    ]) {
      expect(looksLikeCardNumber(text), text).toBe(false);
    }
  });

  it('is quick on long input', () => {
    expect(looksLikeCardNumber('1-'.repeat(32_000))).toBe(false);
  });
});

describe('isLabel and isTransactionReference', () => {
  it('take what merchants use', () => {
    for (const label of ['checkout', 'checkout/payment', 'step-3', 'v1.2_b'])
      expect(isLabel(label), label).toBe(true);
    for (const reference of ['order_10293', 'A-77', 'x'.repeat(40)])
      expect(isTransactionReference(reference)).toBe(true);
  });

  it('refuse everything else', () => {
    for (const bad of [
      '',
      'Ünicode',
      'has space',
      'x'.repeat(41),
      'a\n',
      '=cmd',
      'a1234567',
      '4242.4242.4242.4242',
      'a\u202e',
    ])
      expect(isLabel(bad), bad).toBe(false);
    for (const bad of ['', '../x', 'a b', '4242424242424242', 'x'.repeat(41), 'ü'])
      expect(isTransactionReference(bad), bad).toBe(false);
  });
});
