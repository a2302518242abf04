import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DELIVERY, discountOf, formatPrice, PRODUCTS, totalsOf } from './catalogue.ts';

test('adds up goods, discount and delivery', () => {
  expect(totalsOf({ kettle: 1, candles: 2 }, 10, 'express')).toEqual({
    goods: 6800,
    discount: 680,
    delivery: 1290,
    total: 7410,
  });
});

test('an empty cart costs no delivery, an unknown delivery is the standard one', () => {
  expect(totalsOf({}, 0, 'standard').total).toBe(0);
  expect(totalsOf({ kettle: 1 }, 0, 'by swan').delivery).toBe(DELIVERY.standard);
});

test('coupons are found in any case, and names of Object.prototype are none', () => {
  expect(discountOf(' goose10 ')).toBe(10);
  expect(discountOf('toString')).toBe(0);
  expect(discountOf('__proto__')).toBe(0);
});

test('prices are written in euros', () => expect(formatPrice(3900)).toBe('€39.00'));

test.each(PRODUCTS)('$id has a picture', ({ picture }) => {
  expect(existsSync(join(import.meta.dirname, '../public', picture))).toBe(true);
});
