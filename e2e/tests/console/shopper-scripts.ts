import * as log from '@gander/log-codes/encode';

const { FIELD_CLASS: F } = log;

/** A log, and how many ms after the one before it happens. */
export type Scripted = readonly [sinceMs: number, log: log.Log];

const START: readonly Scripted[] = [
  [0, log.ready({ sdk_version: 100, entry: 1, page: 'checkout', start_ms: 240 })],
  [3, log.environment({ languages: 2, tz_offset_min: -60, screen_bucket: 4, pointer_kinds: 5, storage: 1 })],
  [40, log.step({ step: 'cart', step_no: 1 })],
];

let visits = 0;

/** A visit to a field whose cadence may be said. */
const typedVisit = (
  field: number,
  no: number,
  ms: number,
  dwell: number,
  flight: number,
  corrections = 0,
): Scripted[] => [
  [420, log.focus({ field, field_no: no, visit: ++visits, via: 1 })],
  [
    ms,
    log.typed({
      field,
      field_no: no,
      duration_ms: ms - 200,
      corrections,
      first_key_ms: 310,
      pauses: 0,
      dwell_p10_ms: dwell - 25,
      dwell_p50_ms: dwell,
      dwell_p90_ms: dwell + 60,
      flight_p10_ms: flight - 60,
      flight_p50_ms: flight,
      flight_p90_ms: flight + 180,
      dwell_cv_pct: 28,
      flight_cv_pct: 47,
      flight_autocorr_pct: 9,
      overlap_pct: 22,
      distinct_pct: 95,
      clock_step_us: 100,
    }),
  ],
  [2, log.blur({ field, field_no: no, visit: visits, method: 1, duration_ms: ms, corrections })],
];

const secretVisit = (
  field: number,
  no: number,
  ms: number,
  method: number,
  uniformity?: number,
): Scripted[] => [
  [350, log.focus({ field, field_no: no, visit: ++visits, via: 2 })],
  [
    ms,
    log.blur({
      field,
      field_no: no,
      visit: visits,
      method,
      time_bucket: ms > 4000 ? 4 : 2,
      ...(uniformity === undefined ? {} : { uniformity, corrections: 0 }),
    }),
  ],
];

const pay = (readyMs: number, outcome: log.Log): Scripted[] => [
  [900, log.payPressed({ via: 1, press_no: 1, since_ready_ms: readyMs })],
  [8, log.submitted({ via: 1, since_ready_ms: readyMs + 8 })],
  [1350, outcome],
];

/** Types everything by hand, corrects a typo, pays. */
export const honestShopper = (): Scripted[] => [
  ...START,
  [2600, log.scroll({ depth_pct: 45 })],
  [1900, log.step({ step: 'address', step_no: 2 })],
  ...typedVisit(F.email, 1, 5200, 96, 182, 2),
  ...typedVisit(F['given-name'], 2, 1900, 101, 190),
  ...typedVisit(F['family-name'], 3, 2300, 98, 176, 1),
  ...typedVisit(F.street, 4, 4800, 93, 201),
  ...typedVisit(F['postal-code'], 5, 1600, 105, 220),
  [700, log.toggled({ field: F.country, field_no: 6, via: 1 })],
  [1200, log.step({ step: 'payment', step_no: 3 })],
  ...secretVisit(F['card-number'], 7, 9200, 1, 1),
  ...secretVisit(F['card-expiry'], 8, 2100, 1, 0),
  ...secretVisit(F['card-csc'], 9, 1800, 1),
  ...typedVisit(F['card-name'], 10, 3100, 97, 185),
  ...pay(41_000, log.approved({ since_ready_ms: 42_400 })),
  [2600, log.unload({ exit: 1, active_ms: 44_000, log_count: 52 })],
];

/** Leaves the tab twice to look for a card and a code, is declined, tries again, gives up. */
export const hesitantShopper = (): Scripted[] => [
  ...START,
  [6400, log.step({ step: 'address', step_no: 2 })],
  [300, log.autofilled({ field: F.email, field_no: 1, fill_source: 1, fields: 6 })],
  [4, log.autofilled({ field: F['full-name'], field_no: 2, fill_source: 1, fields: 6 })],
  [4, log.autofilled({ field: F.street, field_no: 4, fill_source: 1, fields: 6 })],
  [5200, log.step({ step: 'payment', step_no: 3 })],
  [800, log.focus({ field: F['card-number'], field_no: 7, visit: 1, via: 1 })],
  [2100, log.hidden()],
  [47_000, log.visible({ duration_ms: 47_000 })],
  [
    6100,
    log.blur({
      field: F['card-number'],
      field_no: 7,
      visit: 1,
      method: 1,
      time_bucket: 7,
      uniformity: 1,
      corrections: 2,
    }),
  ],
  ...secretVisit(F['card-expiry'], 8, 3900, 1, 0),
  ...secretVisit(F['card-csc'], 9, 2800, 1),
  [900, log.payPressed({ via: 1, press_no: 1, since_ready_ms: 80_000 })],
  [6, log.invalid({ field: F['card-csc'], field_no: 9, fields: 1 })],
  ...secretVisit(F['card-csc'], 9, 2800, 1),
  [30_000, log.idle()],
  [22_000, log.active({ duration_ms: 52_000 })],
  ...pay(140_000, log.declined({ decline_reason: 2, since_ready_ms: 141_400 })),
  [4000, log.hidden()],
  [21_000, log.visible({ duration_ms: 21_000 })],
  [3000, log.abandoned({ since_ready_ms: 170_000 })],
  [400, log.unload({ exit: 1, active_ms: 99_000, log_count: 40 })],
];

/** Pastes number after number from a list in another tab. */
export const cardTester = (): Scripted[] => [
  ...START,
  [500, log.step({ step: 'payment', step_no: 2 })],
  ...[1, 2, 3, 4].flatMap((round): Scripted[] => [
    [200, log.focus({ field: F['card-number'], field_no: 1, visit: round, via: 1 })],
    [
      310,
      log.paste({
        field: F['card-number'],
        field_no: 1,
        replaced: round > 1 ? 1 : 0,
        since_focus_ms: 310,
        since_visible_ms: round > 1 ? 640 : undefined,
      }),
    ],
    [
      90,
      log.blur({
        field: F['card-number'],
        field_no: 1,
        visit: round,
        method: 2,
        time_bucket: 0,
        uniformity: 0,
        corrections: 0,
      }),
    ],
    [140, log.focus({ field: F['card-csc'], field_no: 3, visit: round, via: 2 })],
    [220, log.paste({ field: F['card-csc'], field_no: 3, since_focus_ms: 220 })],
    [60, log.blur({ field: F['card-csc'], field_no: 3, visit: round, method: 2, time_bucket: 0 })],
    [250, log.payPressed({ via: 2, press_no: round, since_ready_ms: 3000 * round })],
    [5, log.submitted({ via: 2, since_ready_ms: 3000 * round + 5 })],
    [1200, log.declined({ decline_reason: 1, since_ready_ms: 3000 * round + 1200 })],
    [300, log.hidden()],
    [1800, log.visible({ duration_ms: 1800 })],
  ]),
  [200, log.unload({ exit: 1, active_ms: 12_000, log_count: 52 })],
];

/** Fills everything within a second, with no hand on anything. */
export const scriptedBot = (): Scripted[] => [
  [0, log.ready({ sdk_version: 100, entry: 1, page: 'checkout', start_ms: 90 })],
  [2, log.automation({ automation: 3 })],
  [1, log.environment({ languages: 1, tz_offset_min: 0, screen_bucket: 3, pointer_kinds: 1, storage: 1 })],
  [60, log.step({ step: 'payment', step_no: 1 })],
  ...[F.email, F['full-name'], F.street, F['card-number'], F['card-expiry'], F['card-csc']].flatMap(
    (field, i): Scripted[] => [[12, log.scriptedInput({ field, field_no: i + 1, count: 1 })]],
  ),
  [5, log.silentChange({ field: F['card-name'], field_no: 7 })],
  [30, log.scriptedClick({ target: 2, count: 1 })],
  [1, log.submitted({ via: 3, since_ready_ms: 180 })],
  [900, log.declined({ decline_reason: 4, since_ready_ms: 1100 })],
];
