import type { Totals } from '@gander/collector/api';

/** One figure of the aggregates: what it counts, in the colour of which class, and which logs stand behind it. */
export interface Metric {
  readonly id: string;
  readonly label: string;
  /** Class whose colour it has. */
  readonly classId: 1 | 2 | 3 | 4 | 5;
  /** A share of transactions, or a plain number. */
  readonly share: boolean;
  readonly of: (totals: Totals) => number;
  /** Filters of the logs view. */
  readonly logs: string;
  /** Whether more is worse, for the sign of a change; null where neither is. */
  readonly worse: 'up' | 'down' | null;
}

const share =
  (name: keyof Totals) =>
  (t: Totals): number =>
    t.transactions ? t[name] / t.transactions : 0;

// biome-ignore format: one row is one line
export const METRICS: readonly Metric[] = [
  { id: 'transactions', label: 'Transactions', classId: 1, share: false, of: (t) => t.transactions, logs: 'code=100', worse: null },
  { id: 'approved', label: 'Approved', classId: 1, share: true, of: share('approved'), logs: 'code=111', worse: 'down' },
  { id: 'declined', label: 'Declined', classId: 1, share: true, of: share('declined'), logs: 'code=112', worse: 'up' },
  { id: 'unfinished', label: 'Without an outcome', classId: 1, share: true, of: share('unfinished'), logs: 'code=190&code=113', worse: 'up' },
  { id: 'autofilled', label: 'Autofilled', classId: 2, share: true, of: share('autofilled'), logs: 'code=230', worse: null },
  { id: 'cardPasted', label: 'Card number pasted', classId: 2, share: true, of: share('cardPasted'), logs: 'code=220&field=1', worse: 'up' },
  { id: 'leftTab', label: 'Left the tab', classId: 3, share: true, of: share('leftTab'), logs: 'code=300', worse: null },
  { id: 'scripted', label: 'Scripted input', classId: 4, share: true, of: share('scripted'), logs: 'code=400&code=401', worse: 'up' },
  { id: 'suspicious', label: 'Any oddity', classId: 4, share: true, of: share('suspicious'), logs: 'class=4', worse: 'up' },
  { id: 'pageErrors', label: 'With page errors', classId: 5, share: true, of: share('pageErrors'), logs: 'code=501', worse: 'up' },
  { id: 'sdkFaults', label: 'With SDK faults', classId: 5, share: true, of: share('sdkFaults'), logs: 'code=500', worse: 'up' },
  { id: 'late', label: 'With late logs', classId: 5, share: true, of: share('late'), logs: 'late=true', worse: 'up' },
  { id: 'holes', label: 'With holes in the sequence', classId: 5, share: true, of: share('holes'), logs: 'code=502&code=503&code=510', worse: 'up' },
];

/** A figure as text; a share of nothing is none. */
export const metricText = (metric: Metric, totals: Totals): string => {
  if (metric.share && totals.transactions === 0) return '–';
  const value = metric.of(totals);
  return metric.share ? percent(value) : value.toLocaleString('en');
};

/** @example percent(0.0423) // '4.2 %' */
export const percent = (value: number): string => {
  const p = value * 100;
  return `${p === 0 || p >= 10 ? Math.round(p) : p.toFixed(1)} %`;
};

/** The change since the period before, in points for a share, else in per cent; empty when there is nothing to compare with. */
export const changeText = (metric: Metric, now: Totals, before: Totals): string => {
  if (before.transactions === 0) return '';
  const a = metric.of(now);
  const b = metric.of(before);
  if (metric.share) {
    const points = (a - b) * 100;
    return Math.abs(points) < 0.05
      ? 'as before'
      : `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)} points`;
  }
  const change = b ? (a - b) / b : 0;
  return Math.abs(change) < 0.005 ? 'as before' : `${change > 0 ? '+' : '−'}${percent(Math.abs(change))}`;
};
