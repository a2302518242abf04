import type { AttributeName } from './attributes.ts';

/**
 * THE table of log codes: the only place a code is defined. Encoder, decoder, types, console labels, docs/log-codes.md and the
 * lake's columns derive from it (`npm run generate`), and tests tie each of them to it both ways.
 *
 * Numbers are append-only and never reused; a deprecated code stays, with the version that deprecated it. A code's attributes are
 * ordered and append-only too: a newer SDK may only add to their end, and only optional ones, since a missing argument reads as 0.
 */
interface LogCodeRow {
  readonly code: number;
  readonly name: string;
  readonly label: string;
  /** Shown in the console's quick timeline. */
  readonly prominent: boolean;
  readonly attributes: readonly AttributeName[];
  readonly since: string;
  readonly deprecated?: string;
  readonly doc: string;
}

const F = ['field', 'field_no'] as const;

// biome-ignore format: one row is one line
export const LOG_CODES = [
  // 1xx session
  { code: 100, name: 'ready', label: 'Ready', prominent: true, attributes: ['sdk_version', 'entry', 'page', 'start_ms'], since: '0.1.0', doc: 'The SDK runs.' },
  { code: 101, name: 'environment', label: 'Environment', prominent: false, attributes: ['languages', 'tz_offset_min', 'screen_bucket', 'pointer_kinds', 'storage'], since: '0.1.0', doc: 'Coarse facts about the device; no fingerprint.' },
  { code: 102, name: 'transaction_set', label: 'Transaction set', prominent: false, attributes: ['transaction_no'], since: '0.1.0', doc: 'The page told which transaction follows.' },
  { code: 103, name: 'step', label: 'Step', prominent: true, attributes: ['step', 'step_no'], since: '0.1.0', doc: 'A checkout step was entered.' },
  { code: 104, name: 'resumed', label: 'Resumed from cache', prominent: true, attributes: ['duration_ms'], since: '0.1.0', doc: 'The page came back from the back-forward cache.' },
  { code: 105, name: 'consent_changed', label: 'Consent changed', prominent: true, attributes: ['consent', 'consent_source'], since: '0.1.0', doc: 'Consent changed.' },
  { code: 110, name: 'submitted', label: 'Submitted', prominent: true, attributes: ['via', 'since_ready_ms'], since: '0.1.0', doc: 'The payment form was submitted.' },
  { code: 111, name: 'approved', label: 'Approved', prominent: true, attributes: ['since_ready_ms'], since: '0.1.0', doc: 'The merchant reported approval.' },
  { code: 112, name: 'declined', label: 'Declined', prominent: true, attributes: ['decline_reason', 'since_ready_ms'], since: '0.1.0', doc: 'The merchant reported a decline.' },
  { code: 113, name: 'abandoned', label: 'Abandoned', prominent: true, attributes: ['since_ready_ms'], since: '0.1.0', doc: 'The merchant reported that the payment was given up.' },
  { code: 190, name: 'unload', label: 'Page left', prominent: true, attributes: ['exit', 'active_ms', 'log_count'], since: '0.1.0', doc: 'The page was left; a session without it ended abruptly.' },
  // 2xx input
  { code: 200, name: 'focus', label: 'Focus', prominent: false, attributes: [...F, 'visit', 'via'], since: '0.1.0', doc: 'A field was entered.' },
  { code: 201, name: 'blur', label: 'Blur', prominent: false, attributes: [...F, 'visit', 'method', 'duration_ms', 'time_bucket', 'uniformity', 'corrections'], since: '0.1.0', doc: 'A field was left: summary of the visit. Secret fields say a time bucket instead of a duration.' },
  { code: 210, name: 'typed', label: 'Typed', prominent: false, attributes: [...F, 'duration_ms', 'keys', 'corrections', 'first_key_ms', 'pauses', 'dwell_p10_ms', 'dwell_p50_ms', 'dwell_p90_ms', 'flight_p10_ms', 'flight_p50_ms', 'flight_p90_ms', 'dwell_cv_pct', 'flight_cv_pct', 'flight_autocorr_pct', 'overlap_pct', 'distinct_pct', 'clock_step_us', 'soft_keyboard'], since: '0.1.0', doc: 'Cadence summary of a typed visit; never sent for secret fields.' },
  { code: 220, name: 'paste', label: 'Paste', prominent: true, attributes: [...F, 'replaced', 'since_focus_ms', 'since_visible_ms'], since: '0.1.0', doc: 'Something was pasted into a field.' },
  { code: 221, name: 'copy', label: 'Copy', prominent: false, attributes: [...F, 'since_focus_ms'], since: '0.1.0', doc: 'Something was copied.' },
  { code: 222, name: 'cut', label: 'Cut', prominent: false, attributes: [...F, 'since_focus_ms'], since: '0.1.0', doc: 'Something was cut.' },
  { code: 223, name: 'drop', label: 'Drop', prominent: true, attributes: [...F, 'replaced'], since: '0.1.0', doc: 'Something was dragged into a field.' },
  { code: 230, name: 'autofilled', label: 'Autofilled', prominent: true, attributes: [...F, 'fill_source', 'fields'], since: '0.1.0', doc: 'A field was filled by the browser, by a password manager, or by the page when a person had pressed something.' },
  { code: 240, name: 'toggled', label: 'Selected', prominent: false, attributes: [...F, 'via'], since: '0.1.0', doc: 'A checkbox, radio button or select changed (never which value).' },
  { code: 250, name: 'pay_pressed', label: 'Pay pressed', prominent: true, attributes: ['via', 'press_no', 'since_ready_ms'], since: '0.1.0', doc: 'The pay button was pressed.' },
  { code: 251, name: 'invalid', label: 'Refused by validation', prominent: true, attributes: [...F, 'fields'], since: '0.1.0', doc: 'The form was refused by validation; the first field that was.' },
  { code: 260, name: 'pointer', label: 'Pointer', prominent: false, attributes: ['moves', 'clicks', 'distance_px', 'straightness_pct', 'duration_ms'], since: '0.1.0', doc: 'Summary of pointer movement.' },
  { code: 261, name: 'rage_click', label: 'Rage click', prominent: true, attributes: ['clicks', 'target'], since: '0.1.0', doc: 'Three or more quick clicks on one spot.' },
  { code: 262, name: 'scroll', label: 'Scroll depth', prominent: false, attributes: ['depth_pct'], since: '0.1.0', doc: 'How deep the page was scrolled.' },
  // 3xx attention
  { code: 300, name: 'hidden', label: 'Tab hidden', prominent: true, attributes: [], since: '0.1.0', doc: 'The tab went out of sight. A page that is opened in a hidden tab says none at its start: 301 tells how long that was, and 190 that it was never seen.' },
  { code: 301, name: 'visible', label: 'Tab back', prominent: true, attributes: ['duration_ms'], since: '0.1.0', doc: 'The tab came back, or was seen for the first time; how long it was hidden.' },
  { code: 302, name: 'window_left', label: 'Window left', prominent: false, attributes: [], since: '0.1.0', doc: 'The window lost focus while visible.' },
  { code: 303, name: 'window_back', label: 'Window back', prominent: false, attributes: ['duration_ms'], since: '0.1.0', doc: 'The window got focus back; how long it was without.' },
  { code: 310, name: 'idle', label: 'Idle', prominent: false, attributes: [], since: '0.1.0', doc: 'Nothing happened for 30 s.' },
  { code: 311, name: 'active', label: 'Active again', prominent: false, attributes: ['duration_ms'], since: '0.1.0', doc: 'Something happened after an idle time of this length.' },
  { code: 320, name: 'close_attempt', label: 'Close attempt', prominent: true, attributes: [], since: '0.1.0', doc: 'The person tried to leave (opt-in: needs a beforeunload listener).' },
  { code: 330, name: 'resized', label: 'Resized', prominent: false, attributes: ['screen_bucket'], since: '0.1.0', doc: 'The viewport changed its size bucket.' },
  { code: 331, name: 'rotated', label: 'Rotated', prominent: false, attributes: ['orientation'], since: '0.1.0', doc: 'The device was turned.' },
  { code: 340, name: 'route_changed', label: 'Route changed', prominent: false, attributes: ['route_no'], since: '0.1.0', doc: 'A single-page app changed its route (no URL is sent).' },
  { code: 350, name: 'frame_entered', label: 'Payment frame entered', prominent: true, attributes: ['frame_no', 'field'], since: '0.1.0', doc: 'Focus went into a frame of another origin.' },
  { code: 351, name: 'frame_left', label: 'Payment frame left', prominent: false, attributes: ['frame_no', 'field', 'duration_ms'], since: '0.1.0', doc: 'Focus came back from a frame of another origin.' },
  // 4xx suspicious
  { code: 400, name: 'scripted_input', label: 'Scripted input', prominent: true, attributes: [...F, 'count'], since: '0.1.0', doc: 'Input events that no person made (isTrusted is false); nobody had pressed anything for 5 s.' },
  { code: 401, name: 'scripted_click', label: 'Scripted click', prominent: true, attributes: ['target', 'count'], since: '0.1.0', doc: 'A click that no person made; nobody had pressed anything for 5 s.' },
  { code: 402, name: 'silent_change', label: 'Changed without input', prominent: true, attributes: [...F], since: '0.1.0', doc: 'A field became filled with no input event, while nobody pressed anything.' },
  { code: 403, name: 'automation', label: 'Automation declared', prominent: true, attributes: ['automation'], since: '0.1.0', doc: 'The browser says it is driven by a program.' },
  { code: 404, name: 'inhuman_cadence', label: 'Inhuman cadence', prominent: true, attributes: [...F, 'cadence_oddity'], since: '0.1.0', doc: 'Keys came as no hand types.' },
  { code: 410, name: 'script_added', label: 'Script added', prominent: true, attributes: ['origin_kind', 'count'], since: '0.1.0', doc: 'A script was added to the page (module integrity).' },
  { code: 411, name: 'form_target_changed', label: 'Form target changed', prominent: true, attributes: ['origin_kind'], since: '0.1.0', doc: 'The target of the payment form changed (module integrity).' },
  { code: 412, name: 'csp_violation', label: 'CSP violation', prominent: true, attributes: ['directive', 'count'], since: '0.1.0', doc: 'The page violated its content security policy (module integrity).' },
  { code: 413, name: 'framed', label: 'Framed by a stranger', prominent: true, attributes: ['origin_kind'], since: '0.1.0', doc: 'The page runs inside a frame of another origin (module integrity).' },
  // 5xx fault
  { code: 500, name: 'sdk_fault', label: 'SDK fault', prominent: false, attributes: ['fault', 'count'], since: '0.1.0', doc: 'A part of the SDK failed and was contained.' },
  { code: 501, name: 'page_error', label: 'Page error', prominent: false, attributes: ['error_kind', 'count'], since: '0.1.0', doc: 'The page had errors; how many, never what.' },
  { code: 502, name: 'send_failed', label: 'Send failed', prominent: false, attributes: ['send_failure', 'attempts'], since: '0.1.0', doc: 'A batch could not be sent and will be tried again.' },
  { code: 503, name: 'refused', label: 'Collector refused', prominent: false, attributes: ['status', 'count'], since: '0.1.0', doc: 'The collector refused for good; the logs are lost and counted.' },
  { code: 504, name: 'storage_failed', label: 'Storage failed', prominent: false, attributes: ['storage_failure', 'count'], since: '0.1.0', doc: 'The outbox failed; batches are kept in memory.' },
  { code: 510, name: 'logs_dropped', label: 'Logs dropped', prominent: true, attributes: ['drop_reason', 'count'], since: '0.1.0', doc: 'Logs were dropped: why and how many.' },
  { code: 511, name: 'recovered', label: 'Backup recovered', prominent: false, attributes: ['batches', 'age_s'], since: '0.1.0', doc: 'Batches of an earlier page were found in the outbox and sent.' },
] as const satisfies readonly LogCodeRow[];

export type LogCode = (typeof LOG_CODES)[number];
export type LogCodeName = LogCode['name'];
export type LogCodeNumber = LogCode['code'];

/** A row of the table by its event number (`EEE`), or undefined for a code of a newer version. */
export const LOG_CODE: ReadonlyMap<number, LogCodeRow> = new Map(LOG_CODES.map((c) => [c.code, c]));
export type { LogCodeRow };

/**
 * The stored log code `TEEE`: one digit of transaction type, three of event.
 * @example storedCode(1, 220) // 1220: a paste in a card payment
 */
export const storedCode = (transactionType: number, event: number): number => transactionType * 1000 + event;

/** The class (1 to 5) of an event code, by its first digit. */
export const classOf = (event: number): number => Math.floor((event % 1000) / 100);
