/** For tests of the reader over Athena: calls and answers as the service documents them, and what is to be made of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type AthenaFault, AthenaQueryError } from './athena-error.ts';
import type { AthenaCalls } from './athena-reader.ts';

/** One call and what was answered. */
export interface Recorded {
  readonly call: keyof AthenaCalls;
  readonly input: unknown;
  readonly output?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** Recordings by their names. */
export const RECORDED = JSON.parse(
  readFileSync(join(import.meta.dirname, 'recorded-calls.json'), 'utf8'),
) as Readonly<Record<string, readonly Recorded[]>>;

/** Recordings of a query that fails, and the fault that each is told as. */
export const RECORDED_FAULTS: readonly (readonly [name: string, fault: AthenaFault])[] = [
  ['over the scan limit', 'scan_limit'],
  ['no such table', 'refused'],
  ['cancelled by somebody', 'stopped'],
  ['no permission', 'refused'],
  ['too many requests', 'busy'],
  ['internal error', 'failed'],
];

/** The question of the recording `three looks and two pages`, and the rows that it answers. */
export const RECORDED_QUESTION = {
  sql: 'select code, n, late, step from logs_all where merchant = ? and code > ? limit 3',
  params: ['aaaaaaaaaaaaaaaa', 1000],
  rows: [
    { code: 1220, n: 12, late: false, step: null },
    { code: 1111, n: 3, late: true, step: 'payment' },
    { code: 1190, n: 1, late: false, step: '' },
  ],
} as const;

/** The fault of a query that fails as Athena's do; anything else fails the test. */
export const faultOf = async (work: Promise<unknown>): Promise<AthenaFault> => {
  const error: unknown = await work.catch((e: unknown) => e);
  expect(error).toBeInstanceOf(AthenaQueryError);
  return (error as AthenaQueryError).fault;
};
