import { isTransactionReference } from '@gander/log-codes';
import type { Suppression } from './suppressions.ts';

/**
 * Reads what is to be erased: lines of `<merchant> <transaction>` or `<session>`; empty lines and `#` comments are skipped.
 * @returns the suppressions, and a sentence for each line that is neither
 */
export const parseSuppressions = (
  lines: readonly string[],
): { suppressions: Suppression[]; problems: string[] } => {
  const suppressions: Suppression[] = [];
  const problems: string[] = [];
  for (const [i, line] of lines.entries()) {
    const words = line.trim().split(/\s+/).filter(Boolean);
    if (!words.length || words[0]!.startsWith('#')) continue;
    const [first = '', second = ''] = words;
    if (words.length === 1 && /^[0-9a-f]{32}$/.test(first)) suppressions.push({ session: first });
    else if (words.length === 2 && /^[0-9a-f]{16}$/.test(first) && isTransaction(second)) {
      suppressions.push({ merchant: first, transaction: second });
    } else {
      problems.push(
        `Line ${i + 1} is neither "<merchant, 16 hex digits> <transaction>" nor "<session, 32 hex digits>".`,
      );
    }
  }
  return { suppressions, problems };
};

const isTransaction = (text: string): boolean => isTransactionReference(text) || /^~[0-9a-f]{32}$/.test(text);
