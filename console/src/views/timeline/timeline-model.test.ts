import type { LogRow } from '@gander/collector/api';
import { describe, expect, it } from 'vitest';
import { describeLog } from './describe-log.ts';
import { createTimeScale } from './time-scale.ts';
import { readTimeline } from './timeline-model.ts';

const rows = (
  ...logs: [atMs: number, event: number, attributes?: Record<string, number | string>][]
): LogRow[] =>
  logs.map(([at, event, attributes], i) => ({
    session: 's',
    log_seq: i,
    batch_seq: 0,
    code: 1000 + event,
    event_ts: 1_000_000 + at,
    lag_ms: 0,
    skew_ms: 0,
    assurance: 2,
    late: false,
    collector: 'c',
    ...attributes,
  }));
/** Times away: kind, from, to, and whether it was so from the start. */
const spans = (t: ReturnType<typeof readTimeline>) =>
  t.away.map((a) => [a.kind, a.fromMs - t.startMs, a.toMs && a.toMs - t.startMs, a.fromStart]);
const CARD = { field: 1, field_no: 4 };

describe('readTimeline', () => {
  it('makes a lane of each field, with its visits and the strongest method', () => {
    const { lanes } = readTimeline(
      rows(
        [0, 200, CARD],
        [500, 220, CARD],
        [900, 201, { ...CARD, method: 2, corrections: 1 }],
        [2000, 200, CARD],
        [5000, 201, { ...CARD, method: 1 }],
      ),
    );
    expect(lanes).toMatchObject([
      {
        field: 1,
        method: 'pasted',
        corrections: 1,
        activeMs: 3900,
        visits: [
          { fromMs: 1_000_000, toMs: 1_000_900, method: 'pasted' },
          { fromMs: 1_002_000, toMs: 1_005_000, method: 'typed' },
        ],
      },
    ]);
  });

  it('leaves a visit open while it lasts, and closes it when the page is left', () => {
    expect(readTimeline(rows([0, 200, CARD])).lanes[0]?.visits[0]?.toMs).toBeUndefined();
    expect(readTimeline(rows([0, 200, CARD], [700, 190])).lanes[0]?.visits[0]?.toMs).toBe(1_000_700);
  });

  it('draws a choice made without a visit, and a visit whose focus was lost', () => {
    const country = { field: 20, field_no: 6 };
    const [chosen] = readTimeline(rows([0, 100], [800, 240, country])).lanes;
    expect([chosen?.method, ...chosen!.visits]).toMatchObject([
      'chosen',
      { fromMs: 1_000_800, toMs: 1_000_800 },
    ]);
    const [lost] = readTimeline(
      rows(
        [0, 100],
        [1000, 200, { ...CARD, visit: 1 }],
        [2000, 201, { ...CARD, visit: 1, method: 1 }],
        [9000, 201, { ...CARD, visit: 5, method: 2, duration_ms: 3000 }],
      ),
    ).lanes;
    expect(lost?.visits.map((v) => [v.fromMs - 1_000_000, v.toMs! - 1_000_000, v.method])).toEqual([
      [1000, 2000, 'typed'],
      [6000, 9000, 'pasted'],
    ]);
    expect(lost?.activeMs).toBe(4000);
  });

  it('keeps the lanes of a session together', () => {
    const other = { field: 2, field_no: 5 };
    const logs = rows([0, 200, CARD], [10, 200, CARD], [20, 200, other]);
    const t = readTimeline(logs.map((row, i) => ({ ...row, session: ['a', 'b', 'a'][i]! })));
    expect(t.lanes.map((l) => [l.session, l.field])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
    ]);
  });

  it('keeps the fields of two sessions apart, though they have the same numbers', () => {
    const logs = rows([0, 200, CARD], [400, 200, CARD], [700, 190], [900, 220, CARD]);
    const sessions = ['a', 'b', 'a', 'b'];
    const { lanes, sessions: pages } = readTimeline(
      logs.map((row, i) => ({ ...row, session: sessions[i]! })),
    );
    expect(pages).toBe(2);
    expect(lanes.map((l) => [l.session, l.method, l.visits.map((v) => v.toMs)])).toEqual([
      [1, 'empty', [1_000_700]],
      [2, 'pasted', [undefined]],
    ]);
  });

  it('names the oddities that no field tells', () => {
    const t = readTimeline(rows([0, 403], [1, 400, CARD], [2, 404, CARD], [3, 404, CARD], [4, 402, CARD]));
    expect([t.suspicious, t.oddities]).toEqual([5, [403, 404]]);
  });

  it('calls a value that changed without input neither typed nor scripted', () => {
    const visited = rows([0, 200, CARD], [500, 402, CARD], [900, 201, { ...CARD, method: 1 }]);
    expect(readTimeline(visited).lanes[0]?.method).toBe('changed');
    expect(readTimeline([...visited, ...rows([990, 400, CARD])]).lanes[0]?.method).toBe('scripted');
  });

  it('draws hidden time as a span, also the one that still lasts', () => {
    const t = readTimeline(
      rows([0, 100], [1000, 300], [5000, 301], [9000, 300], [9500, 510, { count: 3, drop_reason: 1 }]),
    );
    expect(t.away.map((a) => [a.kind, a.fromMs - t.startMs, a.toMs && a.toMs - t.startMs])).toEqual([
      ['hidden', 1000, 5000],
      ['hidden', 9000, undefined],
    ]);
    expect([t.hiddenTimes, t.leftMs, t.dropped]).toEqual([2, 4500, 3]);
  });

  it('draws the hidden time that a page began with, of which only the end is told', () => {
    // A page opened in a tab behind says 301 and how long it took; no 300 comes before it.
    const t = readTimeline(
      rows(
        [0, 100],
        [4, 101],
        [8000, 301, { duration_ms: 7995 }],
        [9000, 300],
        [9500, 301, { duration_ms: 500 }],
      ),
    );
    expect(spans(t)).toEqual([
      ['hidden', 5, 8000, true],
      ['hidden', 9000, 9500, false],
    ]);
    expect([t.hiddenTimes, t.hiddenAtStartMs, t.leftMs]).toEqual([1, 7995, 500]);
    // An order that began while the tab was hidden for the order before it: its own time begins with its first log.
    const next = readTimeline(rows([0, 102], [3000, 301, { duration_ms: 60_000 }]));
    expect(spans(next)).toEqual([['hidden', 0, 3000, true]]);
    // The log that the tab was left is lost: it was left all the same.
    const lost = readTimeline(rows([0, 100], [60_000, 301, { duration_ms: 20_000 }]));
    expect(spans(lost)).toEqual([['hidden', 40_000, 60_000, false]]);
  });

  it('draws a page that nobody ever saw as hidden from first to last', () => {
    // It says neither 300 nor 301: how long it was seen stands in what it says when it is left.
    const unseen = rows([0, 100], [40, 103], [60_000, 190, { active_ms: 0 }]);
    const t = readTimeline(unseen);
    expect(spans(t)).toEqual([['hidden', 0, 60_000, true]]);
    expect([t.unseenPages, t.hiddenTimes, t.hiddenAtStartMs]).toEqual([1, 0, 0]);
    expect(readTimeline(rows([0, 100], [60_000, 190, { active_ms: 900 }])).away).toEqual([]);
    expect(readTimeline(rows([0, 100], [60_000, 190])).away).toEqual([]);
    // Frozen in its hidden tab, and looked at after all.
    const seen = readTimeline([
      ...unseen,
      ...rows([90_000, 104], [90_001, 301, { duration_ms: 89_990 }], [99_000, 190, { active_ms: 8999 }]),
    ]);
    expect(spans(seen)).toEqual([['hidden', 0, 90_001, true]]);
    expect([seen.unseenPages, seen.hiddenTimes, seen.hiddenAtStartMs]).toEqual([0, 0, 90_001]);
  });

  it('counts the time of a tab that was frozen while it was hidden once', () => {
    const t = readTimeline(
      rows([0, 100], [1000, 300], [9000, 190], [50_000, 104], [50_002, 301, { duration_ms: 49_002 }]),
    );
    expect(spans(t)).toEqual([['hidden', 1000, 50_002, false]]);
    expect([t.hiddenTimes, t.leftMs]).toEqual([1, 49_002]);
  });

  it('keeps the steps of two tabs apart, each until its page is left', () => {
    const logs = rows(
      [0, 103, { step: 'cart' }],
      [1000, 103, { step: 'cart' }],
      [2000, 103, { step: 'payment' }],
      [3000, 190],
      [4000, 103, { step: 'payment' }],
      [5000, 104],
    );
    const sessions = ['a', 'b', 'a', 'a', 'b', 'a'];
    const { steps } = readTimeline(logs.map((row, i) => ({ ...row, session: sessions[i]! })));
    const told = [...steps]
      .sort((a, b) => a.session - b.session || a.fromMs - b.fromMs)
      .map((s) => [s.session, s.label, s.fromMs - 1_000_000, s.toMs && s.toMs - 1_000_000]);
    expect(told).toEqual([
      [1, 'cart', 0, 2000],
      [1, 'payment', 2000, 3000],
      [1, 'payment', 5000, undefined],
      [2, 'cart', 1000, 4000],
      [2, 'payment', 4000, undefined],
    ]);
  });

  it('keeps the times away of two pages apart', () => {
    const logs = rows([0, 100], [1000, 300], [2000, 100], [3000, 301], [4000, 301, { duration_ms: 3000 }]);
    const sessions = ['a', 'a', 'b', 'b', 'a'];
    const t = readTimeline(logs.map((row, i) => ({ ...row, session: sessions[i]! })));
    expect(spans(t)).toEqual([['hidden', 1000, 4000, false]]);
  });

  it('takes the strongest outcome, and opens again a page that is used after it was left', () => {
    expect(readTimeline(rows([0, 100], [1, 112], [2, 111], [3, 190])).outcome).toBe('approved');
    expect(readTimeline(rows([0, 100], [1, 112], [2, 112], [3, 111])).declines).toBe(2);
    expect(readTimeline(rows([0, 100], [1, 190])).outcome).toBe('left');
    expect(readTimeline(rows([0, 100], [1, 190], [2, 104])).outcome).toBe('open');
  });

  it('counts numbers that are missing from the sequence', () => {
    const logs = rows([0, 100], [1, 200, CARD], [2, 201, CARD], [3, 190]);
    expect(readTimeline(logs).missing).toBe(0);
    expect(readTimeline([logs[0]!, logs[3]!]).missing).toBe(2);
  });

  it('shows codes of a newer version', () => {
    const t = readTimeline(rows([0, 299, { unknown_args: '1,2' }]));
    expect(t.prominent).toHaveLength(1);
    expect(describeLog(t.prominent[0]!)).toBe('arguments 1,2');
  });
});

describe('createTimeScale', () => {
  it('is true to scale', () => {
    const scale = createTimeScale(0, 100_000, [0, 1000, 90_000], false);
    expect([0, 25_000, 50_000, 100_000].map(scale.at)).toEqual([0, 25, 50, 100]);
    expect(scale.breaks).toEqual([]);
  });

  it('compresses only long gaps, keeps the order, and says what it did', () => {
    const scale = createTimeScale(0, 100_000, [0, 5000, 95_000], true);
    expect(scale.breaks).toEqual([{ fromMs: 6000, toMs: 94_000 }]);
    const places = [0, 5000, 6000, 50_000, 94_000, 95_000, 100_000].map(scale.at);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBe(0);
    expect(places.at(-1)).toBeCloseTo(100);
    expect(scale.at(94_000) - scale.at(6000)).toBeLessThan(6);
  });

  it('has few ticks, none on top of another', () => {
    for (const end of [300, 4000, 61_000, 1_800_000, 40_000_000]) {
      const { ticks, at } = createTimeScale(0, end, [0, end], false);
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThan(12);
      for (let i = 1; i < ticks.length; i++) expect(at(ticks[i]!) - at(ticks[i - 1]!)).toBeGreaterThan(5);
    }
  });
});
