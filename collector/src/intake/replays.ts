/**
 * Batches across several collectors, kept in Redis. A batch is first claimed, then marked as kept once it is durable: a collector
 * that dies in between leaves a claim that lapses, never a batch that is acknowledged and nowhere.
 */
export interface Replays {
  /** Whether some collector keeps it. */
  has(session: string, batchSeq: number): Promise<boolean>;
  /** Claims it. @returns false when another collector has claimed it just now */
  begin(session: string, batchSeq: number): Promise<boolean>;
  /** Marks it as kept. */
  finish(session: string, batchSeq: number): Promise<void>;
  /** Gives the claim back. */
  giveUp(session: string, batchSeq: number): Promise<void>;
  /** Counts one use of a grant. @returns how many there were, with this one */
  useGrant(nonce: string, seconds: number): Promise<number>;
}
