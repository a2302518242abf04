import type { Session } from './session.ts';

/** A batch as it waits on the device. Holds no more than what goes over the wire anyway. */
export interface OutboxRecord {
  /** The page visit that wrote it. */
  readonly boot: string;
  readonly seq: number;
  readonly logs: number;
  readonly frame: string;
  /** When it was written, ms since 1970. */
  readonly at: number;
  /** What opens a session for it if there was none yet, and the token if there was. */
  readonly session: Session;
  /** Of how many lost logs it tells. */
  readonly lost?: number;
}

/** Where batches wait that the collector has not acknowledged. Nothing of it is ever waited for by the page. */
export interface Outbox {
  /** Gets ready for the first record; it does so by itself when that comes. */
  open(): Promise<unknown>;
  put(record: OutboxRecord): Promise<unknown>;
  remove(batch: Pick<OutboxRecord, 'boot' | 'seq'>): Promise<unknown>;
  all(): Promise<OutboxRecord[]>;
  /** Removes all of it from the device, also what earlier visits left. Asks for nothing that is not there. */
  clear(): Promise<unknown>;
}
