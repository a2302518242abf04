import { expect, it } from 'vitest';
import { pageOf } from './page-of.ts';

it('reads what a path names, decoded, and what the browser is to call it', () => {
  expect(pageOf('/')).toEqual({ view: '', rest: [], title: 'Transactions · Gander' });
  expect(pageOf('/t/m/order%201')).toEqual({ view: 't', rest: ['m', 'order 1'], title: 'order 1 · Gander' });
  expect(pageOf('/settings/m/users')?.title).toBe('Settings · Gander');
});

it.each(['/nothing', '/t/m', '/t/m/%E0%A4%A', '/%', '/constructor'])('knows no page %s', (path) => {
  expect(pageOf(path)).toBeUndefined();
});
