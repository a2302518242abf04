import { FIELD_CLASS, LAKE_COLUMNS, LOG_CODES, type LogCodeName } from '@gander/log-codes';

/** One row of the small lake, as landing writes it. */
export type Row = Readonly<Record<string, string | number | boolean>>;

/** A batch of the small lake: rows received together. */
export interface SmallBatch {
  readonly receivedMs: number;
  readonly merchant: string;
  readonly rows: readonly Row[];
}

export const MERCHANTS = { shop: '00112233445566ff', target: 'a1b2c3d4e5f60718' } as const;

const CODE = new Map<string, number>(LOG_CODES.map((c) => [c.name, c.code]));
const COLUMNS = new Set(LAKE_COLUMNS.map((c) => c.name));

type Attributes = Readonly<Record<string, number | string>>;
/** Time since the session's start in seconds, name of the code, attributes. */
export type Step = readonly [seconds: number, code: LogCodeName, attributes?: Attributes];

interface Session {
  readonly merchant: string;
  readonly no: number;
  readonly transaction: string;
  readonly startMs: number;
  readonly assurance?: number;
  /** From the last log to receipt, ms. */
  readonly lagMs?: number;
  readonly late?: boolean;
}

/** The batch of one scripted session. */
const session = (s: Session, steps: readonly Step[]): SmallBatch => {
  const { lagMs = 500, late = false, assurance = 2 } = s;
  const receivedMs = s.startMs + steps.at(-1)![0] * 1000 + lagMs;
  const rows = steps.map(([seconds, code, attributes = {}], i) => {
    for (const name in attributes) if (!COLUMNS.has(name)) throw new Error(`no column ${name}`);
    const eventTs = s.startMs + Math.round(seconds * 1000);
    return {
      merchant: s.merchant,
      session: s.no.toString(16).padStart(32, '0'),
      transaction: s.transaction,
      log_seq: i,
      batch_seq: 0,
      code: 1000 + CODE.get(code)!,
      event_ts: eventTs,
      lag_ms: receivedMs - eventTs,
      skew_ms: 0,
      assurance,
      late,
      collector: 'c1',
      ...attributes,
    };
  });
  return { receivedMs, merchant: s.merchant, rows };
};

const CARD = { field: FIELD_CLASS['card-number'], field_no: 1 };
const EMAIL = { field: FIELD_CLASS.email, field_no: 2 };
const at = (iso: string): number => Date.parse(iso);
const ready = (sdkVersion: number): Step => [
  0,
  'ready',
  { sdk_version: sdkVersion, entry: 1, page: 'checkout' },
];
const entered = (seconds: number, step: string, no: number): Step => [seconds, 'step', { step, step_no: no }];
const typed = (seconds: number, flight: number, cv: number): Step => [
  seconds,
  'typed',
  {
    ...EMAIL,
    duration_ms: 4_000,
    dwell_p50_ms: flight / 2,
    flight_p50_ms: flight,
    flight_cv_pct: cv,
    distinct_pct: 90,
  },
];
const cardLeft = (seconds: number, method: number, corrections = 0): Step => [
  seconds,
  'blur',
  { ...CARD, visit: 1, method, time_bucket: 3, corrections },
];

/** Somebody types everything and is approved. */
const calm = (no: number, startMs: number): SmallBatch =>
  session({ merchant: MERCHANTS.shop, no, transaction: `order_${1000 + no}`, startMs }, [
    ready(100),
    entered(1, 'address', 1),
    typed(8, 200, 60),
    entered(20, 'payment', 2),
    cardLeft(40, 1, 1),
    [45, 'pay_pressed', { via: 1, press_no: 1 }],
    [46, 'submitted', { via: 1 }],
    [49, 'approved'],
    [50, 'unload', { exit: 1, active_ms: 50_000, log_count: 9 }],
  ]);

/** Somebody leaves the tab, comes back, pastes a card number 900 ms later and gives up. */
const pasted = (no: number, startMs: number): SmallBatch =>
  session({ merchant: MERCHANTS.shop, no, transaction: `order_${1000 + no}`, startMs, assurance: 1 }, [
    ready(200),
    entered(1, 'address', 1),
    typed(8, 120, 30),
    entered(15, 'payment', 2),
    [20, 'hidden'],
    [32, 'visible', { duration_ms: 12_000 }],
    [32.9, 'paste', { ...CARD, since_focus_ms: 100, since_visible_ms: 900 }],
    cardLeft(34, 2),
    [60, 'abandoned', { since_ready_ms: 60_000 }],
  ]);

/** Leaves at the address; the batch comes two hours later out of the outbox. */
const gone = (no: number, startMs: number): SmallBatch =>
  session(
    {
      merchant: MERCHANTS.shop,
      no,
      transaction: `order_${1000 + no}`,
      startMs,
      lagMs: 2 * 3_600_000,
      late: true,
    },
    [ready(200), entered(1, 'address', 1), [5, 'unload', { exit: 1, active_ms: 5_000, log_count: 3 }]],
  );

/** One try of a BIN attack: a scripted card number, pay at once, declined. */
const attack = (no: number, startMs: number): SmallBatch =>
  session({ merchant: MERCHANTS.target, no, transaction: `try_${no}`, startMs, assurance: 1 }, [
    ready(100),
    entered(0.1, 'payment', 1),
    [0.3, 'scripted_input', { ...CARD, count: 1 }],
    cardLeft(0.4, 4),
    [0.5, 'pay_pressed', { via: 3, press_no: 1 }],
    [0.6, 'submitted', { via: 3 }],
    [1.2, 'declined', { decline_reason: 1 }],
  ]);

/** Batches of the first day, which is compacted. */
export const FIRST_DAY: readonly SmallBatch[] = [
  calm(1, at('2026-03-01T09:10:00Z')),
  calm(2, at('2026-03-01T14:20:00Z')),
  pasted(3, at('2026-03-01T14:30:00Z')),
  gone(4, at('2026-03-01T15:00:00Z')),
];

/** Batches of the second day, still in landing. */
export const SECOND_DAY: readonly SmallBatch[] = [
  calm(5, at('2026-03-02T09:00:00Z')),
  pasted(6, at('2026-03-02T09:30:00Z')),
  ...Array.from({ length: 8 }, (_, i) => attack(16 + i, at('2026-03-02T10:00:10Z') + i * 20_000)),
];
