/** What another collector knows of a batch. */
export type Claim = 'claimed' | 'kept' | 'elsewhere';

/**
 * Batches across several collectors. A batch is first claimed, and marked as kept once it is durable: a collector that dies in
 * between leaves a claim that lapses, never a batch that is acknowledged and nowhere.
 */
export interface Replays {
  /** `kept`: some collector has it. `elsewhere`: another is taking it just now. */
  claim(session: string, batchSeq: number): Promise<Claim>;
  /** Marks it as kept. */
  keep(session: string, batchSeq: number): void;
  /** Gives the claim back. */
  giveUp(session: string, batchSeq: number): void;
}
