/** What is counted of transactions, each a number of transactions unless it says logs. */
export interface Totals {
  readonly transactions: number;
  readonly approved: number;
  readonly declined: number;
  readonly unfinished: number;
  readonly cardPasted: number;
  readonly leftTab: number;
  readonly autofilled: number;
  readonly scripted: number;
  readonly suspicious: number;
  readonly pageErrors: number;
  readonly sdkFaults: number;
  readonly late: number;
  readonly holes: number;
  /** Logs, not transactions: dropped by the SDK, refused by a collector for good as the SDK says, and all. */
  readonly droppedLogs: number;
  readonly refusedLogs: number;
  readonly logs: number;
}

/**
 * `GET /api/aggregates?merchant=…&type=…&assurance=…&sdk=…&from=…&to=…`. A transaction belongs to the moment at which its first log
 * was received.
 */
export interface AggregatesAnswer {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  /** One for each stretch of `bucketMs` from `fromMs`; null where nothing was. */
  readonly series: readonly (Totals | null)[];
  readonly totals: Totals;
  /** The same for the period of the same length before. */
  readonly before: Totals;
  readonly beforeSeries: readonly (Totals | null)[];
  /** How many transactions reached each step, in the order in which steps are usually reached. */
  readonly steps: readonly { readonly step: string; readonly transactions: number }[];
  /** Visits to a class of field by how it was filled; `method` as in the table of attributes. */
  readonly methods: readonly { readonly field: number; readonly method: number; readonly n: number }[];
  /** Typed visits by the median time between keys, in steps of 25 ms. */
  readonly typing: readonly { readonly fromMs: number; readonly n: number; readonly before: number }[];
  /** Totals by merchant, payment, assurance and SDK version, and the same of the period before. */
  readonly splits: Readonly<Record<string, readonly Split[]>>;
  /** Logs that SDKs dropped, by reason (the attribute `drop_reason`). */
  readonly dropped: readonly { readonly reason: number; readonly n: number; readonly before: number }[];
  /** Logs that SDKs say were refused for good, by HTTP status. */
  readonly refused: readonly { readonly status: number; readonly n: number; readonly before: number }[];
  /** Logs that have not landed and are not counted here: so many that Athena takes no statement with them. Else 0. */
  readonly notCounted: number;
  /** So much waits to land that the oldest of it is not looked at. */
  readonly truncated: boolean;
  /** What came to the collectors and was not stored, by whole hours. Null where there is no collector beside the console. */
  readonly intake: Intake | null;
}

/** Batches that stored nothing, of the merchants chosen, now and in the period before. */
export interface Intake {
  /** Beginning of the first hour that counts, ms since 1970. */
  readonly fromMs: number;
  /** They were kept before: a page that heard no answer had sent them again. */
  readonly duplicates: { readonly n: number; readonly before: number };
  /** By error (docs/errors.md). What came before a merchant was known is left to Health. */
  readonly refused: readonly { readonly reason: string; readonly n: number; readonly before: number }[];
  /** Those of now by merchant; only merchants that have some. */
  readonly merchants: readonly {
    readonly merchant: string;
    readonly duplicates: number;
    readonly refused: readonly { readonly reason: string; readonly n: number }[];
  }[];
}

/** The totals of one value of a column. */
export interface Split {
  readonly value: string;
  readonly now: Totals;
  readonly before: Totals;
}
