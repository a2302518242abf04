import { expect, it } from 'vitest';
import { aroundDay, dayOf, daysApart, daysBetween, shiftDay } from './days.ts';

it('counts days across months, years and the change of clocks', () => {
  expect([dayOf(0), dayOf(Date.UTC(2026, 2, 29, 23, 59)), dayOf(Number.POSITIVE_INFINITY)]).toEqual([
    '1970-01-01',
    '2026-03-29',
    new Date(8.64e15).toISOString().slice(0, 10),
  ]);
  expect([shiftDay('2024-03-01', -1), shiftDay('2026-12-31', 1), shiftDay('2026-03-28', 2)]).toEqual([
    '2024-02-29',
    '2027-01-01',
    '2026-03-30',
  ]);
  expect([daysApart('2026-03-30', '2026-03-28'), daysApart('2026-03-28', '2026-03-30')]).toEqual([2, 2]);
  expect(daysBetween('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
  expect(daysBetween('2026-03-02', '2026-03-01')).toEqual([]);
  expect(aroundDay('2026-01-01')).toEqual(['2025-12-31', '2026-01-01', '2026-01-02']);
});
