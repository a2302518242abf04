/** What the console's API says: types only, for the console and for anyone who reads the API by program. */
import type { LakeRow } from '@gander/log-codes';

import type { ActionName } from './permissions.ts';

export type { AggregatesAnswer, Intake, Split, Totals } from './aggregates-answer.ts';
export type { ApiErrorName } from './api-errors.ts';
export type { ActionName } from './permissions.ts';

/** A log with its attributes; absent ones are left out. */
export type LogRow = Pick<
  LakeRow,
  | 'session'
  | 'log_seq'
  | 'batch_seq'
  | 'code'
  | 'event_ts'
  | 'lag_ms'
  | 'skew_ms'
  | 'assurance'
  | 'late'
  | 'collector'
> & { readonly [column: string]: string | number | boolean | null | undefined };

/** A log of any transaction. */
export type AnyLogRow = LakeRow;

/** `GET /api/me` */
export interface MeAnswer {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly hasPassword: boolean;
    /** Whether the OIDC provider signs them in already. */
    readonly hasOidc: boolean;
    /** Whether they can come back: by a password, a passkey or OIDC, and not by a link alone. */
    readonly canReturn: boolean;
  };
  /** Whether the user runs the installation: a role for all merchants. */
  readonly installation: 'viewer' | 'analyst' | 'owner' | null;
  readonly merchants: readonly MerchantRef[];
}

export interface MerchantRef {
  readonly id: string;
  readonly name: string;
  readonly role: 'viewer' | 'analyst' | 'owner';
  /** What the user may do for it: names of the table in docs/console.md. */
  readonly may: readonly ActionName[];
}

/** How a transaction stands, by its last log that says so. */
export type Outcome = 'open' | 'submitted' | 'approved' | 'declined' | 'abandoned' | 'left';

/** One line of the list of transactions. Times are ms since 1970. */
export interface TransactionSummary {
  readonly merchant: string;
  readonly transaction: string;
  readonly transactionType: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly logs: number;
  readonly sessions: number;
  readonly outcome: Outcome;
  readonly step: string | null;
  /** The lowest of its logs. */
  readonly assurance: number;
  readonly late: boolean;
  readonly pastes: number;
  readonly cardPasted: boolean;
  readonly autofilled: number;
  readonly hidden: number;
  /** Logs of class 4xx. */
  readonly suspicious: number;
  /** Logs that the SDK said it dropped. */
  readonly dropped: number;
  /** Whether it was seen within the last hour and is still in memory. */
  readonly live: boolean;
}

/** `GET /api/transactions?merchant=…&before=…&limit=…`, newest first. */
export interface TransactionsAnswer {
  readonly transactions: readonly TransactionSummary[];
  /** Give it as `before` for the next page; null on the last. */
  readonly next: string | null;
  /** Some have so many logs that not all of them are counted yet: each further look counts more. */
  readonly truncated: boolean;
}

/** `GET /api/merchants/:merchant/transactions/:transaction` */
export interface TimelineAnswer {
  readonly merchant: string;
  readonly transaction: string;
  /** Ordered by time, then session and number. */
  readonly logs: readonly LogRow[];
  /** Give it as `after` to the stream: what comes after this answer, nothing twice. */
  readonly cursor: string;
  /** Server time, ms since 1970. */
  readonly nowMs: number;
  /** Whether there are more logs than an answer holds. */
  readonly truncated: boolean;
}

/**
 * `GET /api/merchants/:merchant/transactions/:transaction/stream?after=…` as server-sent events. `logs` has this data and an id to
 * resume from; `beat` has an id only; `reset` says that the cursor is too old: read the timeline again.
 */
export interface StreamLogs {
  readonly logs: readonly LogRow[];
}

/** A piece of a log's bytes: what it is and how many bytes it takes. */
export interface WirePart {
  readonly name: string;
  readonly value: number;
  /** As they stand in the frame, `0` and `1`. */
  readonly bits: string;
}

/** `GET /api/merchants/:merchant/transactions/:transaction/logs/:session/:seq` */
export interface LogAnswer {
  readonly log: LogRow;
  readonly wire: readonly WirePart[];
  /** Whether these are the bytes as they came; else they were made again from the lake's row. */
  readonly exact: boolean;
}

/** `GET /api/logs?class=4&field=1&from=…&to=…&before=…&limit=…`, newest first. */
export interface LogsAnswer {
  readonly logs: readonly AnyLogRow[];
  /** Give it as `before` for the next page; null on the last. */
  readonly next: string | null;
  /** Give it as `after` to the tail: what comes after this answer. */
  readonly cursor: string;
  /** So much waits to land that the oldest of it is not looked at. */
  readonly truncated: boolean;
}

/**
 * Columns that logs are filtered by, as parameters of the address; times are `from` and `to`. `anomaly` and `sdk` are said of a
 * session as a whole: a session with a log of class 4xx has an anomaly in each of its logs. `typing` is the median time between keys,
 * in steps of 25 ms up to 600.
 */
export type FilterName =
  | 'merchant'
  | 'class'
  | 'code'
  | 'type'
  | 'field'
  | 'method'
  | 'step'
  | 'typing'
  | 'anomaly'
  | 'sdk'
  | 'assurance'
  | 'late'
  | 'transaction'
  | 'session';

/** `GET /api/logs/facets`, with the filters of `/api/logs`. */
export interface FacetsAnswer {
  readonly total: number;
  /** By column: its most frequent values, as they stand in the address. */
  readonly facets: Readonly<
    Partial<Record<FilterName, readonly { readonly value: string; readonly n: number }[]>>
  >;
  /** So much waits to land that the oldest of it is not counted. */
  readonly truncated: boolean;
}

/** `GET /api/logs/tail?after=…` as server-sent events: `logs` with this data. */
export interface TailLogs {
  readonly logs: readonly AnyLogRow[];
}

/** `GET /api/filters` */
export interface SavedFilter {
  readonly id: string;
  readonly name: string;
  /** The address's query. */
  readonly query: string;
  /** Whether it is the user's own; else another user shared it. */
  readonly own: boolean;
  /** The merchant with whose users it is shared. */
  readonly merchant: string | null;
}

/** A key as the settings show it. */
export interface KeyInfo {
  readonly kind: 'site' | 'secret';
  /** The whole site key; of a secret key its id only. */
  readonly id: string;
  readonly createdMs: number;
  readonly revokedMs: number | null;
}

/** `GET /api/merchants/:merchant/settings` */
export interface MerchantSettings {
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly disabledMs: number | null;
  readonly origins: readonly string[];
  readonly keys: readonly KeyInfo[];
  readonly quotas: readonly QuotaInfo[];
}

/** A quota as the settings show it. */
export interface QuotaInfo {
  readonly name: string;
  readonly label: string;
  readonly doc: string;
  /** The merchant's own, a second; null while it is the configuration's. */
  readonly perSecond: number | null;
  /** The configuration's, a second. */
  readonly usual: number;
  /** Counted over so many seconds. */
  readonly seconds: number;
}

/** `GET /api/merchants/:merchant/users` */
export interface UsersAnswer {
  readonly users: readonly {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly hasPassword: boolean;
    readonly role: 'viewer' | 'analyst' | 'owner';
    /** Invited, and the role counts once the person has accepted it. */
    readonly pending: boolean;
    /** The role comes from one for all merchants, and is changed there. */
    readonly everywhere: boolean;
  }[];
}

/** `GET /api/auth/methods`: how one may sign in here. */
export interface SignInMethods {
  readonly password: boolean;
  readonly passkey: boolean;
  /** Name of the OIDC provider; null without one. */
  readonly oidc: string | null;
}

/** `GET /api/me/passkeys` */
export interface PasskeysAnswer {
  readonly passkeys: readonly {
    readonly id: string;
    readonly name: string;
    readonly createdMs: number;
    readonly usedMs: number | null;
  }[];
}

/** `GET /api/merchants/:merchant/audit?before=…`, newest first. */
export interface AuditAnswer {
  readonly entries: readonly AuditEntry[];
  /** Give it as `before` for the next page; null on the last. */
  readonly next: string | null;
}

export interface AuditEntry {
  readonly id: string;
  readonly atMs: number;
  readonly user: string;
  readonly action: string;
  readonly target: string;
  readonly detail: string;
}

/** `GET /api/merchants/:merchant/integration`: what a page of the merchant needs. */
export interface IntegrationAnswer {
  readonly merchant: string;
  readonly collectorUrl: string;
  readonly sdkUrl: string;
  readonly sdkVersion: string;
  readonly integrity: string;
  readonly siteKey: string | null;
  readonly origins: readonly string[];
}

/** `GET /api/search?q=…` */
export interface SearchAnswer {
  readonly found: readonly {
    readonly merchant: string;
    readonly transaction: string;
    readonly session: string | null;
    readonly lastMs: number;
  }[];
}

/** `GET /api/health`, for those who run the installation. */
export interface HealthAnswer {
  readonly live: {
    readonly transactions: number;
    readonly batches: number;
    readonly bytes: number;
    readonly evictedForMemory: number;
  };
  readonly landing: {
    readonly rows: number;
    readonly objects: number;
    readonly bytes: number;
    readonly deadLetters: number;
    readonly failing: string | null;
    readonly restarts: number;
  } | null;
  /** Counters and gauges of docs/metrics.md, by name; with labels, one entry for each. */
  readonly metrics: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
  readonly deadLetters: readonly DeadLetterInfo[];
  /** Whether they can be driven again from here. */
  readonly canRedrive: boolean;
}

/** The dead letters of one stage and reason. Times are ms since 1970. */
export interface DeadLetterInfo {
  readonly stage: string;
  readonly reason: string;
  /** Batches; behind Firehose, records of many rows. */
  readonly letters: number;
  /** How many of them can be driven again: their content was kept. */
  readonly redrivable: number;
  readonly bytes: number;
  readonly oldestMs: number;
  readonly newestMs: number;
  /** The newest: its first bytes in hex, null when they were not kept. */
  readonly sample: { readonly merchant: string | null; readonly bytes: number; readonly head: string | null };
}

/** `POST /api/health/dead-letters/redrive` `{"reason"}`, for the owner of all: what became of the letters of that reason. */
export interface RedriveAnswer {
  readonly results: readonly {
    readonly reason: string;
    readonly landed: number;
    readonly failed: number;
    readonly suppressed: number;
  }[];
  /** Logs that were landed. */
  readonly rows: number;
}
