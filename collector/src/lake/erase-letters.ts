import { type DeadLetter, keepDeadLetters, readDeadLetters } from './dead-letter.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import type { SuppressionList } from './suppressions.ts';

/**
 * Takes wanted transactions and sessions out of an object of dead letters. Of a record of Firehose only the rows concerned go.
 * @returns letters that were removed or changed
 */
export const eraseLetters = async (
  store: Pick<LakeStore, 'read' | 'replace' | 'remove'>,
  object: Pick<StoredObject, 'key'>,
  wanted: SuppressionList,
): Promise<number> => {
  const letters = await readDeadLetters(store, object);
  const after = letters.map((letter) => without(letter, wanted));
  const erased = after.filter((letter, i) => letter !== letters[i]).length;
  if (erased)
    await keepDeadLetters(
      store,
      object,
      after.filter((letter) => letter !== undefined),
    );
  return erased;
};

const without = (letter: DeadLetter, wanted: SuppressionList): DeadLetter | undefined => {
  const { line, merchant, batch, content } = letter;
  if (batch && merchant) return wanted.has({ merchant, ...batch }) ? undefined : letter;
  if (letter.stage !== 'firehose' || !content) return names(line, wanted) ? undefined : letter;
  const rows = Buffer.from(content).toString().split('\n').filter(Boolean);
  const kept = rows.filter((row) => !names(row, wanted));
  if (kept.length === rows.length) return letter;
  if (!kept.length) return undefined;
  const rawData = Buffer.from(kept.map((row) => `${row}\n`).join('')).toString('base64');
  return { ...letter, line: JSON.stringify({ ...(JSON.parse(line) as object), rawData }) };
};

/** Whether a text names one of them; it may be cut or broken, so it is not parsed. */
const names = (text: string, wanted: SuppressionList): boolean =>
  wanted.all.some((s) =>
    'session' in s
      ? text.includes(s.session)
      : text.includes(s.merchant) && text.includes(`"transaction":"${s.transaction}"`),
  );
