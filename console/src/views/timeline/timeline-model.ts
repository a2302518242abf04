import type { LogRow, Outcome } from '@gander/collector/api';
import { closeVisits, type Lane, METHOD_OF, readField } from './field-lanes.ts';
import { eventOf, isProminent, num } from './log-row.ts';
import { type Away, beginsTimeAway, type PageLoad, readAway, type Span } from './times-away.ts';

/** A checkout step, from its entry to the next, or until its page is left. */
export interface Step extends Span {
  readonly label: string;
  /** Of which of the transaction's sessions, from 1: two tabs are at two steps. */
  readonly session: number;
}

/** Logs that never came. */
export interface Hole {
  readonly atMs: number;
  readonly missing: number;
}

/** What the timeline of a transaction shows, made from its logs alone. Times are ms since 1970. */
export interface Timeline {
  readonly startMs: number;
  readonly endMs: number;
  readonly transactionType: number;
  readonly outcome: Outcome;
  /** How often the payment was declined. */
  readonly declines: number;
  readonly assurance: number;
  readonly late: number;
  readonly sessions: number;
  readonly steps: readonly Step[];
  readonly away: readonly Away[];
  readonly lanes: readonly Lane[];
  /** Prominent logs that belong to no field. */
  readonly pageMarks: readonly LogRow[];
  readonly prominent: readonly LogRow[];
  /** How often the tab was left, and for how long in all. */
  readonly hiddenTimes: number;
  readonly leftMs: number;
  /** Hidden time before the page was first seen. */
  readonly hiddenAtStartMs: number;
  /** Pages that were hidden from first to last. */
  readonly unseenPages: number;
  readonly suspicious: number;
  /** Which events of class 4xx there are, besides those that a field's method tells. */
  readonly oddities: readonly number[];
  /** Logs that the SDK said it dropped, and numbers that are missing from the sequence. */
  readonly dropped: number;
  readonly missing: number;
  /** Where numbers are missing: at the log after them. */
  readonly holes: readonly Hole[];
  readonly sdkVersion: number | undefined;
}

const OUTCOME_RANK: readonly Outcome[] = ['open', 'left', 'submitted', 'abandoned', 'declined', 'approved'];
const OUTCOME_OF: ReadonlyMap<number, Outcome> = new Map([
  [190, 'left'],
  [110, 'submitted'],
  [113, 'abandoned'],
  [112, 'declined'],
  [111, 'approved'],
]);

/**
 * Reads a transaction's logs into what its timeline shows. Pure, and made anew whenever a log arrives.
 * @param logs ordered by time
 */
export const readTimeline = (logs: readonly LogRow[]): Timeline => {
  const lanes = new Map<string, Lane>();
  const steps: Step[] = [];
  const away: Away[] = [];
  const pageMarks: LogRow[] = [];
  const pages = new Map<string, PageLoad>();
  let outcome: Outcome = 'open';
  let dropped = 0;
  let sdkVersion: number | undefined;

  for (const row of logs) {
    const event = eventOf(row);
    const at = row.event_ts;
    const page = pages.get(row.session) ?? { no: pages.size + 1, firstMs: at, open: new Map() };
    pages.set(row.session, page);
    const claims = OUTCOME_OF.get(event);
    if (claims && OUTCOME_RANK.indexOf(claims) > OUTCOME_RANK.indexOf(outcome)) outcome = claims;
    else if (!claims && outcome === 'left' && event !== 101) outcome = 'open';
    if (event === 100) sdkVersion = num(row, 'sdk_version');
    readStep(row, event, page, steps);
    if (event === 510) dropped += num(row, 'count') ?? 0;
    readAway(row, event, page, away);
    if (
      !readField(row, event, page, lanes) &&
      isProminent(row) &&
      !beginsTimeAway(event) &&
      event !== 301 &&
      event !== 103
    )
      pageMarks.push(row);
    if (event === 190) closeVisits(lanes, page.no, at);
  }

  const first = logs[0]?.event_ts ?? 0;
  const last = logs.at(-1)?.event_ts ?? first;
  const hidden = away.filter((a) => a.kind === 'hidden');
  const left = hidden.filter((a) => !a.fromStart);
  const lengthOf = (spans: readonly Away[]): number =>
    spans.reduce((sum, a) => sum + ((a.toMs ?? last) - a.fromMs), 0);
  const holes = holesOf(logs);
  const suspicious = logs.map(eventOf).filter((event) => Math.floor(event / 100) === 4);
  return {
    startMs: first,
    endMs: Math.max(last, first + 1000),
    transactionType: Math.floor((logs.at(-1)?.code ?? 0) / 1000),
    outcome,
    declines: logs.filter((row) => eventOf(row) === 112).length,
    assurance: logs.reduce((low, row) => Math.min(low, row.assurance), 3),
    late: logs.filter((row) => row.late).length,
    sessions: pages.size,
    steps,
    away,
    lanes: [...lanes.values()].sort((a, b) => a.session - b.session),
    pageMarks,
    prominent: logs.filter(isProminent),
    hiddenTimes: left.length,
    leftMs: lengthOf(left),
    hiddenAtStartMs: lengthOf(hidden.filter((a) => a.fromStart && !a.unseen)),
    unseenPages: hidden.filter((a) => a.unseen).length,
    suspicious: suspicious.length,
    oddities: [...new Set(suspicious)].filter((event) => !METHOD_OF.has(event)),
    dropped,
    missing: holes.reduce((sum, h) => sum + h.missing, 0),
    holes,
    sdkVersion,
  };
};

/** Opens and closes steps, each page's own; a page that comes back after it was left is where it was. */
const readStep = (row: LogRow, event: number, page: PageLoad, steps: Step[]): void => {
  if (event !== 103 && event !== 104 && event !== 190) return;
  const at = row.event_ts;
  const last = steps.findLast((s) => s.session === page.no);
  if (last) last.toMs ??= at;
  const label = event === 103 ? String(row.step ?? '?') : last?.label;
  if (event !== 190 && label !== undefined)
    steps.push({ label, session: page.no, fromMs: at, toMs: undefined });
};

/** The holes in each session's numbers, between its lowest and its highest. */
const holesOf = (logs: readonly LogRow[]): Hole[] => {
  const sessions = new Map<string, LogRow[]>();
  for (const row of logs) {
    const own = sessions.get(row.session);
    if (own) own.push(row);
    else sessions.set(row.session, [row]);
  }
  const holes: Hole[] = [];
  for (const own of sessions.values()) {
    own.sort((a, b) => a.log_seq - b.log_seq);
    for (const [i, row] of own.entries()) {
      const missing = i > 0 ? row.log_seq - own[i - 1]!.log_seq - 1 : 0;
      if (missing > 0) holes.push({ atMs: row.event_ts, missing });
    }
  }
  return holes;
};
