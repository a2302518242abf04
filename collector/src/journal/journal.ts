import type { Batch } from './batch.ts';
import type { Position } from './position.ts';

/** Called once per group commit, in order, with what has just become durable. Must not throw. */
export type CommitListener = (batches: readonly Batch[], end: Position) => void;

/**
 * The collector's journal: what is acknowledged is on disk, fsynced, before the acknowledgement. Made by `openJournal`; read by
 * `readJournal`, also from another thread or process.
 */
export interface Journal {
  /** Folder of the segments. */
  readonly dir: string;
  /** End of what is durable. */
  readonly durable: Position;
  /** Start of the oldest segment still kept. */
  readonly oldest: Position;
  /** Start of the first segment that holds anything received at `ms` (since 1970) or later; `durable` when none does. */
  firstSince(ms: number): Position;
  /**
   * Resolves once the batch is on disk and fsynced.
   * @throws JournalError `full` | `failing` | `stopped`: nothing was kept, the client keeps the batch
   */
  append(batch: Batch): Promise<void>;
  /** Subscribes to commits. @returns unsubscribe */
  onCommitted(listener: CommitListener): () => void;
  /** Where a reader stood when it last released; {@link Journal.oldest} for one that never did. */
  cursorOf(reader: string): Position;
  /** Says that `reader` needs nothing before `position` any more. Persisted; segments that every reader passed are deleted. */
  release(reader: string, position: Position): void;
  /** Commits what waits and gives up the lock. */
  stop(): Promise<void>;
}
