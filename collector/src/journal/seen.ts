import { type BatchNumbers, hasNumber, withNumber, withRange } from './batch-numbers.ts';

/** Which batches were kept, of how many sessions at most: the newest. */
export interface Seen {
  readonly sessions: number;
  /** Sessions forgotten because there were too many. */
  readonly forgotten: number;
  has(session: string, batchSeq: number): boolean;
  add(session: string, batchSeq: number): void;
  readonly addNumbers: (session: string, pairs: readonly number[]) => void;
}

/**
 * Two generations of sessions: a session that is touched moves into the young one; when that is full, the old one is forgotten.
 * Memory is bounded, no entry carries a time or a link, and every session stays for at least half the bound.
 * @param maxSessions of both generations
 */
export const createSeen = (maxSessions: number): Seen => {
  let young = new Map<string, BatchNumbers>();
  let old = new Map<string, BatchNumbers>();
  let forgotten = 0;

  const put = (session: string, numbers: BatchNumbers): void => {
    young.set(session, numbers);
    old.delete(session);
    if (young.size * 2 <= maxSessions) return;
    forgotten += old.size;
    old = young;
    young = new Map();
  };
  const get = (session: string) => young.get(session) ?? old.get(session);
  return {
    get sessions() {
      return young.size + old.size;
    },
    get forgotten() {
      return forgotten;
    },
    has: (session, batchSeq) => {
      const numbers = get(session);
      return numbers !== undefined && hasNumber(numbers, batchSeq);
    },
    add: (session, batchSeq) => put(session, withNumber(get(session), batchSeq)),
    addNumbers: (session, pairs) => {
      let numbers = get(session);
      for (let i = 0; i < pairs.length; i += 2) numbers = withRange(numbers, pairs[i]!, pairs[i + 1]!);
      if (numbers !== undefined) put(session, numbers);
    },
  };
};
