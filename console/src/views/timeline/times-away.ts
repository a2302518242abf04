import type { LogRow } from '@gander/collector/api';
import { num } from './log-row.ts';

/** A stretch of time. `toMs` is undefined while it lasts. */
export interface Span {
  readonly fromMs: number;
  toMs: number | undefined;
}

/** One page load, as far as its logs are of this transaction. */
export interface PageLoad {
  /** From 1. */
  readonly no: number;
  readonly firstMs: number;
  /** Times away that last. */
  readonly open: Map<Away['kind'], Away>;
}

/** Time when the person was elsewhere. */
export interface Away extends Span {
  readonly kind: 'hidden' | 'window' | 'idle' | 'frame';
  /** Of which of the transaction's sessions, from 1. */
  readonly session: number;
  /** They were away already when the transaction began: a page opened in a tab behind, or a next order while another tab was looked at. */
  readonly fromStart: boolean;
  /** Of a page that was hidden from its first log until it was left: nobody ever saw it. */
  unseen: boolean;
}

/** Logs that open a time away. */
const AWAY: ReadonlyMap<number, Away['kind']> = new Map([
  [300, 'hidden'],
  [302, 'window'],
  [310, 'idle'],
  [350, 'frame'],
]);
/** Whether a log is drawn as the beginning of a time away, not as a mark. */
export const beginsTimeAway = (event: number): boolean => AWAY.has(event);
/** Logs that close one, and say in `duration_ms` how long it was. */
const BACK: ReadonlyMap<number, Away['kind']> = new Map([
  [301, 'hidden'],
  [303, 'window'],
  [311, 'idle'],
  [351, 'frame'],
]);
/** A time away that began so soon after the first log of its page was there from the start, ms: both are told at nearly the same time. */
const START_MS = 1000;

/**
 * Opens and closes times away, each page's own. One that is closed but was never opened began before the transaction, or its beginning
 * was lost: how long it was is said by what closes it.
 */
export const readAway = (row: LogRow, event: number, page: PageLoad, away: Away[]): void => {
  const at = row.event_ts;
  const begins = AWAY.get(event);
  if (begins) {
    const span: Away = {
      kind: begins,
      session: page.no,
      fromMs: at,
      toMs: undefined,
      fromStart: false,
      unseen: false,
    };
    page.open.set(begins, span);
    away.push(span);
    return;
  }
  const ends = BACK.get(event);
  if (ends) {
    const span = page.open.get(ends);
    page.open.delete(ends);
    const fromMs = Math.max(page.firstMs, at - (num(row, 'duration_ms') ?? 0));
    // A tab that is frozen tells that it is left, and goes on when it is looked at again: it was away all the while.
    const frozen = away.findLast((a) => a.session === page.no && a.kind === ends && (a.toMs ?? 0) > fromMs);
    if (span) span.toMs = at;
    else if (frozen) Object.assign(frozen, { toMs: at, unseen: false });
    else if (fromMs < at)
      away.push({
        kind: ends,
        session: page.no,
        fromMs,
        toMs: at,
        fromStart: fromMs - page.firstMs < START_MS,
        unseen: false,
      });
  }
  // A page that begins hidden says so when it is seen; one that never was says how long it was seen when it is left.
  const wasTold = away.some((a) => a.session === page.no && a.kind === 'hidden');
  if (event === 190 && num(row, 'active_ms') === 0 && !wasTold)
    away.push({
      kind: 'hidden',
      session: page.no,
      fromMs: page.firstMs,
      toMs: at,
      fromStart: true,
      unseen: true,
    });
  // A page that was left, or started again, is not hidden any more.
  if (event === 190 || event === 100) {
    for (const span of page.open.values()) span.toMs ??= at;
    page.open.clear();
  }
};
