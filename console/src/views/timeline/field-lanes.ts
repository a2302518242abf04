import type { LogRow } from '@gander/collector/api';
import { isProminent, num } from './log-row.ts';
import type { PageLoad, Span } from './times-away.ts';

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

/** `method` of a visit, by its number in the table of attributes. */
const VISIT_METHODS: readonly Method[] = ['empty', 'typed', 'pasted', 'autofilled', 'scripted'];
/** Logs that say how a field was filled. */
export const METHOD_OF: ReadonlyMap<number, Method> = new Map([
  [210, 'typed'],
  [220, 'pasted'],
  [223, 'pasted'],
  [230, 'autofilled'],
  [240, 'chosen'],
  [400, 'scripted'],
  [402, 'changed'],
]);

/**
 * Adds a log to the lane of its field.
 * @returns whether the log belongs to a field's lane
 */
export const readField = (row: LogRow, event: number, page: PageLoad, lanes: Map<string, Lane>): boolean => {
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
export const closeVisits = (lanes: Map<string, Lane>, session: number, at: number): void => {
  for (const lane of lanes.values())
    if (lane.session === session) for (const visit of lane.visits) visit.toMs ??= at;
};

const stronger = (a: Method, b: Method): Method => (METHODS.indexOf(b) > METHODS.indexOf(a) ? b : a);
