import type { LakeStore } from './lake-store.ts';
import { LAKE_SUPPRESSED } from './layout.ts';
import { digestOf } from './part-source.ts';
import { inTurns } from './remote-lists.ts';
import { literal } from './sql-text.ts';

/** What must never be in the lake (again): a merchant's transaction, or a session. */
export type Suppression =
  | { readonly merchant: string; readonly transaction: string }
  | { readonly session: string };

/** Suppressions in force, in an order that does not depend on when they came. */
export interface SuppressionList {
  readonly all: readonly Suppression[];
  /** Digest of all; empty for none. */
  readonly digest: string;
  has(row: { readonly merchant: string; readonly transaction: string; readonly session: string }): boolean;
}

const keyOf = (s: Suppression): string =>
  'session' in s ? `s ${s.session}` : `t ${s.merchant} ${s.transaction}`;

/** Makes a list, each suppression once. */
export const createSuppressionList = (suppressions: readonly Suppression[]): SuppressionList => {
  const byKey = new Map(suppressions.map((s) => [keyOf(s), s]));
  const keys = [...byKey.keys()].sort();
  return {
    all: keys.map((key) => byKey.get(key)!),
    digest: keys.length ? digestOf(keys.join('\n')) : '',
    has: ({ merchant, transaction, session }) =>
      byKey.size > 0 && (byKey.has(keyOf({ session })) || byKey.has(keyOf({ merchant, transaction }))),
  };
};

/**
 * Reads the list again and again: every object below `lake/suppressed` holds lines of it, and none is ever changed, so each is read once.
 * @example const read = createSuppressionReader(store); (await read()).has(row)
 */
export const createSuppressionReader = (
  store: Pick<LakeStore, 'list' | 'read'>,
): (() => Promise<SuppressionList>) => {
  let known = new Map<string, readonly Suppression[]>();
  return async () => {
    const objects = await store.list(LAKE_SUPPRESSED);
    const found = await inTurns(
      objects,
      async ({ key }) => [key, known.get(key) ?? (await read(key))] as const,
    );
    known = new Map(found);
    return createSuppressionList(found.flatMap(([, suppressions]) => suppressions));
  };
  async function read(key: string): Promise<Suppression[]> {
    const text = Buffer.from((await store.read(key)) ?? []).toString();
    return text.split('\n').flatMap((line) => (line ? (JSON.parse(line) as Suppression) : []));
  }
};

/** Reads the list once. */
export const readSuppressions = (store: Pick<LakeStore, 'list' | 'read'>): Promise<SuppressionList> =>
  createSuppressionReader(store)();

/** SQL condition that is true for rows that are not suppressed. */
export const notSuppressed = (list: SuppressionList): string => {
  const sessions = list.all.flatMap((s) => ('session' in s ? [literal(s.session)] : []));
  const transactions = list.all.flatMap((s) =>
    'session' in s ? [] : [`(${literal(s.merchant)}, ${literal(s.transaction)})`],
  );
  const conditions = [
    ...(sessions.length ? [`session not in (${sessions.join(', ')})`] : []),
    ...(transactions.length ? [`(merchant, "transaction") not in (${transactions.join(', ')})`] : []),
  ];
  return conditions.join(' and ') || 'true';
};
