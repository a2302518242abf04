/**
 * The one registry of attributes: named, typed integers (and the merchant's own labels) that log codes carry.
 * One attribute is one nullable column of the lake. Attributes are append-only; `values` ids are never reused.
 *
 * - `uint`: a number ≥ 0.   - `int`: a signed number (zigzag on the wire).
 * - `enum`: a number with names.   - `bits`: a sum of named powers of two.   - `label`: a merchant's word (index on the wire).
 *
 * `optional` attributes may be absent: on the wire they are value + 1, and 0 says "absent" (docs/decisions/0003).
 */
interface AttributeRow {
  readonly name: string;
  readonly type: 'uint' | 'int' | 'enum' | 'bits' | 'label';
  readonly unit?: string;
  readonly optional?: true;
  /** How long a stay lasted: on the wire the difference to the time since its first log (docs/decisions/0009). */
  readonly elapsed?: true;
  /** A percentile: on the wire what it is above this one, which stands before it. */
  readonly above?: string;
  readonly values?: Readonly<Record<string, number>>;
  readonly doc: string;
}

// biome-ignore format: one row is one line
export const ATTRIBUTES = [
  { name: 'sdk_version', type: 'uint', doc: 'SDK version as major × 10,000 + minor × 100 + patch.' },
  { name: 'entry', type: 'enum', values: { script_tag: 1, npm: 2 }, doc: 'How the SDK came onto the page.' },
  { name: 'page', type: 'label', doc: "The merchant's own label of the page; never its URL or title." },
  { name: 'step', type: 'label', doc: "The merchant's own label of a checkout step." },
  { name: 'step_no', type: 'uint', doc: 'Number of the step change in this session, from 1.' },
  { name: 'start_ms', type: 'uint', unit: 'ms', doc: 'From navigation start to SDK start.' },
  { name: 'languages', type: 'uint', doc: 'How many languages the browser prefers (not which).' },
  { name: 'tz_offset_min', type: 'int', unit: 'min', doc: 'Time-zone offset, UTC minus local, as the browser says it.' },
  { name: 'screen_bucket', type: 'enum', values: { tiny: 1, phone: 2, tablet: 3, laptop: 4, desktop: 5, wide: 6 }, doc: 'Width of the viewport in CSS pixels: < 360, < 600, < 1,024, < 1,440, < 1,920, wider.' },
  { name: 'pointer_kinds', type: 'bits', values: { fine: 1, coarse: 2, hover: 4 }, doc: 'Which kinds of pointer the device has.' },
  { name: 'storage', type: 'enum', values: { ok: 1, unavailable: 2, blocked: 3 }, doc: 'Whether the outbox can keep batches on the device.' },
  { name: 'transaction_no', type: 'uint', doc: 'Number of the transaction in this session, from 1.' },
  { name: 'consent', type: 'enum', values: { none: 0, essential: 1, granted: 2 }, doc: 'Consent in force from here on.' },
  { name: 'consent_source', type: 'enum', values: { tag: 1, api: 2, gpc: 3 }, doc: 'Who said so: the tag, the API, Global Privacy Control.' },
  { name: 'decline_reason', type: 'enum', values: { other: 0, issuer: 1, funds: 2, authentication: 3, fraud: 4, technical: 5, cancelled: 6, data: 7 }, doc: 'Class of the reason for a decline, as the merchant says it.' },
  { name: 'via', type: 'enum', values: { unknown: 0, pointer: 1, keyboard: 2, script: 3, api: 4 }, doc: 'What brought it about.' },
  { name: 'exit', type: 'enum', values: { pagehide: 1, freeze: 2, shutdown: 3, bfcache: 4 }, doc: 'How the page was left.' },
  { name: 'active_ms', type: 'uint', unit: 'ms', doc: 'Time the page was visible, so far; 0 for a page that nobody has seen.' },
  { name: 'log_count', type: 'uint', doc: 'Logs of this session so far, this one included.' },
  { name: 'field', type: 'enum', doc: 'Field class; see the table of field classes.' },
  { name: 'field_no', type: 'uint', doc: 'Number of the field on this page, in order of first sight, from 1.' },
  { name: 'visit', type: 'uint', doc: 'Which visit to this field, from 1.' },
  { name: 'method', type: 'enum', values: { none: 0, typed: 1, pasted: 2, autofilled: 3, scripted: 4 }, doc: 'How the field was filled during the visit; where several, the last in this list wins. What is chosen in a picker of the browser counts as typed.' },
  { name: 'duration_ms', type: 'uint', unit: 'ms', optional: true, elapsed: true, doc: 'How long it lasted. Not told of a visit to a field that began while the clock of the logs stood still after a secret field (decision 0011).' },
  { name: 'time_bucket', type: 'enum', optional: true, values: { under_500ms: 0, under_1s: 1, under_2s: 2, under_4s: 3, under_8s: 4, under_16s: 5, under_32s: 6, longer: 7 }, doc: 'Secret fields only: duration of the visit in eight steps; where nothing is told of the rhythm, of the next whole 4 s.' },
  { name: 'uniformity', type: 'enum', optional: true, values: { too_few: 0, human: 1, regular: 2, machine: 3 }, doc: 'Card number, expiry and bank account only: how regular the keys came, in four steps.' },
  { name: 'corrections', type: 'uint', optional: true, doc: 'Deletions. For card number, expiry and bank account capped at 2 (2 means two or more).' },
  { name: 'keys', type: 'uint', optional: true, doc: 'Plain (S2) fields only: keys that entered something.' },
  { name: 'first_key_ms', type: 'uint', unit: 'ms', optional: true, doc: 'From focus to the first key.' },
  { name: 'pauses', type: 'uint', optional: true, doc: 'Pauses of more than 1 s between two keys.' },
  { name: 'dwell_p10_ms', type: 'uint', unit: 'ms', optional: true, doc: 'Key held down: 10th percentile.' },
  { name: 'dwell_p50_ms', type: 'uint', unit: 'ms', optional: true, above: 'dwell_p10_ms', doc: 'Key held down: median.' },
  { name: 'dwell_p90_ms', type: 'uint', unit: 'ms', optional: true, above: 'dwell_p50_ms', doc: 'Key held down: 90th percentile.' },
  { name: 'flight_p10_ms', type: 'uint', unit: 'ms', optional: true, doc: 'Press to press: 10th percentile.' },
  { name: 'flight_p50_ms', type: 'uint', unit: 'ms', optional: true, above: 'flight_p10_ms', doc: 'Press to press: median.' },
  { name: 'flight_p90_ms', type: 'uint', unit: 'ms', optional: true, above: 'flight_p50_ms', doc: 'Press to press: 90th percentile.' },
  { name: 'dwell_cv_pct', type: 'uint', unit: '%', optional: true, doc: 'Coefficient of variation of dwell.' },
  { name: 'flight_cv_pct', type: 'uint', unit: '%', optional: true, doc: 'Coefficient of variation of flight.' },
  { name: 'flight_autocorr_pct', type: 'int', unit: '%', optional: true, doc: 'Lag-1 autocorrelation of flight, −100 to 100.' },
  { name: 'overlap_pct', type: 'uint', unit: '%', optional: true, doc: 'Share of keys pressed before the one before was released.' },
  { name: 'distinct_pct', type: 'uint', unit: '%', optional: true, doc: 'Share of distinct flight times; low says replayed or generated.' },
  { name: 'clock_step_us', type: 'uint', unit: 'µs', optional: true, doc: 'Estimated step of the clock behind the event times.' },
  { name: 'soft_keyboard', type: 'uint', optional: true, doc: '1 when the keys came from an on-screen keyboard.' },
  { name: 'replaced', type: 'enum', optional: true, values: { into_empty: 0, into_filled: 1 }, doc: 'Whether the field already held something.' },
  { name: 'since_focus_ms', type: 'uint', unit: 'ms', optional: true, doc: 'Since the field was focused.' },
  { name: 'since_visible_ms', type: 'uint', unit: 'ms', optional: true, doc: 'Since the tab last came back; absent when it never left.' },
  { name: 'since_ready_ms', type: 'uint', unit: 'ms', optional: true, doc: 'Since the SDK started on this page, by the clock of the logs: up to 4 s more than the time between them after a secret field (decision 0011).' },
  { name: 'fill_source', type: 'enum', values: { browser: 1, unseen: 2, manager: 3, page: 4 }, doc: 'Autofilled by the browser (:autofill); appeared without being seen; by a password manager; by the page, up to 5 s after a person pressed something.' },
  { name: 'fields', type: 'uint', doc: 'How many fields it concerns.' },
  { name: 'count', type: 'uint', doc: 'How many.' },
  { name: 'press_no', type: 'uint', doc: 'Which press of the pay button, from 1.' },
  { name: 'moves', type: 'uint', doc: 'Pointer moves seen (sampled).' },
  { name: 'clicks', type: 'uint', doc: 'Clicks and taps.' },
  { name: 'distance_px', type: 'uint', unit: 'px', optional: true, doc: 'Length of the pointer path, in steps of 100.' },
  { name: 'straightness_pct', type: 'uint', unit: '%', optional: true, doc: 'Straight distance over path length.' },
  { name: 'depth_pct', type: 'uint', unit: '%', doc: 'Deepest scroll position over the page height, in steps of 5.' },
  { name: 'orientation', type: 'enum', values: { portrait: 1, landscape: 2 }, doc: 'Orientation from here on.' },
  { name: 'route_no', type: 'uint', doc: 'Number of the route change in this session, from 1.' },
  { name: 'frame_no', type: 'uint', doc: 'Number of the frame on this page, in order of first sight, from 1.' },
  { name: 'automation', type: 'bits', values: { webdriver: 1, headless: 2, driver_global: 4 }, doc: 'What declared itself as automation.' },
  { name: 'cadence_oddity', type: 'enum', values: { uniform: 1, too_fast: 2, no_dwell: 3, repeated: 4 }, doc: 'Why the cadence is no hand: equal gaps, too fast, no time held, the same gaps again.' },
  { name: 'target', type: 'enum', values: { other: 0, field: 1, pay: 2, link: 3 }, doc: 'What was clicked.' },
  { name: 'origin_kind', type: 'enum', values: { same: 1, allowed: 2, stranger: 3, inline: 4 }, doc: 'Whose it is, seen from the page.' },
  { name: 'directive', type: 'enum', values: { other: 0, script: 1, connect: 2, frame: 3, form_action: 4, style: 5, image: 6 }, doc: 'Family of the violated CSP directive.' },
  { name: 'fault', type: 'enum', values: { capture: 1, classify: 2, batch: 3, deliver: 4, storage: 5, start: 6, breaker: 7 }, doc: 'Part of the SDK that failed.' },
  { name: 'error_kind', type: 'enum', values: { error: 1, rejection: 2, resource: 3 }, doc: 'Kind of page error; never its text.' },
  { name: 'send_failure', type: 'enum', values: { network: 1, timeout: 2, status: 3, refused_by_browser: 4 }, doc: 'Why sending failed.' },
  { name: 'status', type: 'uint', doc: 'HTTP status.' },
  { name: 'attempts', type: 'uint', doc: 'Tries so far.' },
  { name: 'storage_failure', type: 'enum', values: { open: 1, write: 2, read: 3, quota: 4, timeout: 5 }, doc: 'Which storage step failed.' },
  { name: 'drop_reason', type: 'enum', values: { outbox_full: 1, too_old: 2, session_cap: 3, refused: 4, label: 5, consent: 6, breaker: 7, no_session: 8 }, doc: 'Why logs were dropped.' },
  { name: 'batches', type: 'uint', doc: 'Batches concerned.' },
  { name: 'age_s', type: 'uint', unit: 's', doc: 'Age of the oldest.' },
] as const satisfies readonly AttributeRow[];

export type Attribute = (typeof ATTRIBUTES)[number];
export type AttributeName = Attribute['name'];

/** Looks an attribute up by name; the registry is small and the map is built once. */
export const ATTRIBUTE: ReadonlyMap<string, AttributeRow> = new Map(ATTRIBUTES.map((a) => [a.name, a]));
