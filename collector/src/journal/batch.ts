/** One acknowledged batch: the frame's bytes as they came, and what the collector knows about them. */
export interface Batch {
  /** Merchant id, 16 lower hex digits. */
  readonly merchant: string;
  /** Session id, 32 lower hex digits. */
  readonly session: string;
  /** The merchant's own reference of the transaction, or `~` and the session id where it gave none. */
  readonly transaction: string;
  /** How the session proved itself: 1 site key, 2 grant, 3 grant and session key. */
  readonly assurance: 1 | 2 | 3;
  /** Came from an outbox after its token had expired. */
  readonly late: boolean;
  /** Server time of receipt, ms since 1970. */
  readonly receivedMs: number;
  /** The frame, known to decode (`inspectFrame`). */
  readonly frame: Uint8Array;
}
