import type { LogRow, Outcome } from '@gander/collector/api';
import { LOG_CODE } from '@gander/log-codes';

/** A stretch of time. `toMs` is undefined while it lasts. */
export interface Span {
  readonly fromMs: number;
  toMs: number | undefined;
}

/**
 * How a field was filled: the strongest of its visits, weakest first. `changed`: its value became another and no input was seen, which
 * a script does, and so does a page that corrects what was entered.
 */
export const METHODS = ['empty', 'chosen', 'typed', 'pasted', 'autofilled', 'changed', 'scripted'] as const;
export type Method = (typeof METHODS)[number];

/** One visit to a field, from focus to blur. */
export interface Visit extends Span {
  /** Its number on its page; undefined where its log does not say it. */
  readonly no: number | undefined;
  method: Method;
}

/** One field of one session, as one lane. */
export interface Lane {
  readonly key: string;
  /** Which of the transaction's sessions, from 1: each page load opens one, and numbers its fields anew. */
  readonly session: number;
  readonly field: number;
  readonly fieldNo: number;
  method: Method;
  readonly visits: Visit[];
  readonly marks: LogRow[];
  corrections: number;
  /** The latest cadence summary (code 210), if the field may have one. */
  cadence: LogRow | undefined;
  /** The latest blur's uniformity, for secret fields. */
  uniformity: number | undefined;
  activeMs: number;
}

/** A checkout step, from its entry to the next. */
export interface Step extends Span {
  readonly label: string;
}

/** Time when the person was elsewhere. */
export interface Away extends Span {
  readonly kind: 'hidden' | 'window' | 'idle' | 'frame';
  /** Of which of the transaction's sessions, from 1. */
  readonly session: number;
  /** They were away already when the transaction began: a page opened in a tab behind, or a next order while another tab was looked at. */
  readonly fromStart: boolean;
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
  /** All hidden time, of all its pages. */
  readonly hiddenMs: number;
  /** How often the tab was left. */
  readonly hiddenTimes: number;
  /** Hidden time before the page was first seen. */
  readonly hiddenAtStartMs: number;
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

const num = (row: LogRow, name: string): number | undefined => {
  const value = row[name];
  return typeof value === 'number' ? value : undefined;
};

export const eventOf = (row: LogRow): number => row.code % 1000;
export const isProminent = (row: LogRow): boolean => LOG_CODE.get(eventOf(row))?.prominent ?? true;
export const rowKey = (row: LogRow): string => `${row.session}.${row.log_seq}`;

const OUTCOME_RANK: readonly Outcome[] = ['open', 'left', 'submitted', 'abandoned', 'declined', 'approved'];
const OUTCOME_OF: ReadonlyMap<number, Outcome> = new Map([
  [190, 'left'],
  [110, 'submitted'],
  [113, 'abandoned'],
  [112, 'declined'],
  [111, 'approved'],
]);
/** Logs that open a time away. */
const AWAY: ReadonlyMap<number, Away['kind']> = new Map([
  [300, 'hidden'],
  [302, 'window'],
  [310, 'idle'],
  [350, 'frame'],
]);
/** Logs that close one, and say in `duration_ms` how long it was. */
const BACK: ReadonlyMap<number, Away['kind']> = new Map([
  [301, 'hidden'],
  [303, 'window'],
  [311, 'idle'],
  [351, 'frame'],
]);
/** A time away that began so soon after the first log of its page was there from the start, ms: both are told at nearly the same time. */
const START_MS = 1000;

/** One page load, as far as its logs are of this transaction. */
interface PageLoad {
  /** From 1. */
  readonly no: number;
  readonly firstMs: number;
  /** Times away that last. */
  readonly open: Map<Away['kind'], Away>;
}
/** `method` of a visit, by its number in the table of attributes. */
const VISIT_METHODS: readonly Method[] = ['empty', 'typed', 'pasted', 'autofilled', 'scripted'];
/** Logs that say how a field was filled. */
const METHOD_OF: ReadonlyMap<number, Method> = new Map([
  [210, 'typed'],
  [220, 'pasted'],
  [223, 'pasted'],
  [230, 'autofilled'],
  [240, 'chosen'],
  [400, 'scripted'],
  [402, 'changed'],
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
    if (event === 103) {
      const last = steps.at(-1);
      if (last) last.toMs = at;
      steps.push({ label: String(row.step ?? '?'), fromMs: at, toMs: undefined });
    }
    if (event === 510) dropped += num(row, 'count') ?? 0;
    readAway(row, event, page, away);
    if (
      !readField(row, event, page, lanes) &&
      isProminent(row) &&
      !AWAY.has(event) &&
      event !== 301 &&
      event !== 103
    )
      pageMarks.push(row);
    if (event === 190) closeVisits(lanes, page.no, at);
  }

  const first = logs[0]?.event_ts ?? 0;
  const last = logs.at(-1)?.event_ts ?? first;
  const hidden = away.filter((a) => a.kind === 'hidden');
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
    hiddenMs: lengthOf(hidden),
    hiddenTimes: hidden.filter((a) => !a.fromStart).length,
    hiddenAtStartMs: lengthOf(hidden.filter((a) => a.fromStart)),
    suspicious: suspicious.length,
    oddities: [...new Set(suspicious)].filter((event) => !METHOD_OF.has(event)),
    dropped,
    missing: holes.reduce((sum, h) => sum + h.missing, 0),
    holes,
    sdkVersion,
  };
};

/**
 * Opens and closes times away, each page's own. One that is closed but was never opened began before the transaction, or its beginning
 * was lost: how long it was is said by what closes it.
 */
const readAway = (row: LogRow, event: number, page: PageLoad, away: Away[]): void => {
  const at = row.event_ts;
  const begins = AWAY.get(event);
  if (begins) {
    const span: Away = {
      kind: begins,
      session: page.no,
      fromMs: at,
      toMs: undefined,
      fromStart: false,
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
    if (span) span.toMs = at;
    else if (fromMs < at)
      away.push({
        kind: ends,
        session: page.no,
        fromMs,
        toMs: at,
        fromStart: fromMs - page.firstMs < START_MS,
      });
  }
  // A page that was left, or started again, is not hidden any more.
  if (event === 190 || event === 100) {
    for (const span of page.open.values()) span.toMs ??= at;
    page.open.clear();
  }
};

/** @returns whether the log belongs to a field's lane */
const readField = (row: LogRow, event: number, page: PageLoad, lanes: Map<string, Lane>): boolean => {
  const field = num(row, 'field');
  const fieldNo = num(row, 'field_no');
  if (field === undefined || fieldNo === undefined || (event === 251 && fieldNo === 0)) return false;
  const session = page.no;
  const key = `${session}:${field}:${fieldNo}`;
  let lane = lanes.get(key);
  if (!lane) {
    lane = {
      key,
      session,
      field,
      fieldNo,
      method: 'empty',
      visits: [],
      marks: [],
      corrections: 0,
      cadence: undefined,
      uniformity: undefined,
      activeMs: 0,
    };
    lanes.set(key, lane);
  }
  const visit = visitOf(row, event, page, lane);
  const method = event === 201 ? (VISIT_METHODS[num(row, 'method') ?? 0] ?? 'empty') : METHOD_OF.get(event);
  if (method) {
    lane.method = stronger(lane.method, method);
    if (visit && (visit.toMs === undefined || event === 201 || event === 210))
      visit.method = stronger(visit.method, method);
  }
  if (event === 201) {
    if (visit && visit.toMs === undefined) visit.toMs = row.event_ts;
    if (visit) lane.activeMs += (visit.toMs ?? row.event_ts) - visit.fromMs;
    lane.corrections += num(row, 'corrections') ?? 0;
    lane.uniformity = num(row, 'uniformity') ?? lane.uniformity;
  }
  if (event === 210) lane.cadence = row;
  if (isProminent(row)) lane.marks.push(row);
  return true;
};

/**
 * The visit that a log of a field belongs to, which it may begin: a focus, a choice made without one, and a blur whose focus was lost.
 * A blur says how long its visit was, but for secret fields.
 */
const visitOf = (row: LogRow, event: number, page: PageLoad, lane: Lane): Visit | undefined => {
  const at = row.event_ts;
  const no = num(row, 'visit');
  const last = lane.visits.at(-1);
  const begin = (visit: Visit): Visit => {
    lane.visits.push(visit);
    return visit;
  };
  if (event === 200) return begin({ no, fromMs: at, toMs: undefined, method: 'empty' });
  if (event === 240 && !(last && last.toMs === undefined))
    return begin({ no, fromMs: at, toMs: at, method: 'chosen' });
  // Closed already, and the same: the page was left meanwhile.
  if (event !== 201 || (last && (last.toMs === undefined || last.no === no))) return last;
  const fromMs = Math.max(page.firstMs, at - (num(row, 'duration_ms') ?? 0));
  return begin({ no, fromMs, toMs: at, method: 'empty' });
};

/** A page that is left has no field under the cursor any more. */
const closeVisits = (lanes: Map<string, Lane>, session: number, at: number): void => {
  for (const lane of lanes.values())
    if (lane.session === session) for (const visit of lane.visits) visit.toMs ??= at;
};

const stronger = (a: Method, b: Method): Method => (METHODS.indexOf(b) > METHODS.indexOf(a) ? b : a);

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
