import { describe, expect, test } from 'vitest';
import { answerCode, answerPayment, passesLuhn } from './payment.ts';

describe('the pretended bank', () => {
  test.each([
    ['4242 4242 4242 4242', 'approved'],
    ['5555-5555-5555-4444', 'approved'],
    ['4000 0000 0000 0002', 'declined'],
    ['4000 0025 0000 3155', 'code'],
    ['4242 4242 4242 4243', 'declined'],
    ['', 'declined'],
    ['constructor', 'declined'],
  ])('answers %s with %s', (number, status) => expect(answerPayment(number).status).toBe(status));

  test('takes any six digits but zeros as its code', () => {
    expect(answerCode('123456').status).toBe('approved');
    for (const wrong of ['000000', '12345', '1234567', '12345x', ''])
      expect(answerCode(wrong).status).toBe('declined');
  });

  test('never repeats the number it was given', () => {
    for (const number of ['4000000000000002', '4000000000009995', '4242424242424243']) {
      expect(JSON.stringify(answerPayment(number))).not.toContain(number.slice(0, 6));
    }
  });
});

test('the check digit', () => {
  expect(passesLuhn('4242424242424242')).toBe(true);
  expect(passesLuhn('4242424242424241')).toBe(false);
  expect(passesLuhn('4242')).toBe(false);
});
