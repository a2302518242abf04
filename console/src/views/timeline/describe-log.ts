import type { LogRow } from '@gander/collector/api';
import { LOG_CODE } from '@gander/log-codes';
import { attributeLabel, attributeText, count, duration } from '../../shell/format.ts';
import { eventOf } from './log-row.ts';

/** Numbers that say nothing in a sentence. */
const SILENT = new Set([
  'field_no',
  'visit',
  'step_no',
  'route_no',
  'transaction_no',
  'press_no',
  'frame_no',
  'log_count',
  'sdk_version',
  // Of a cadence the medians are enough to read in passing; all of it stands beside the log.
  'dwell_p10_ms',
  'dwell_p90_ms',
  'flight_p10_ms',
  'flight_p90_ms',
  'dwell_cv_pct',
  'flight_cv_pct',
  'flight_autocorr_pct',
  'overlap_pct',
  'distinct_pct',
  'clock_step_us',
]);

/** Counts of what did not happen. */
const QUIET_AT_ZERO = new Set(['corrections', 'pauses', 'soft_keyboard']);

/** How a page was left, as people say it. */
const EXITS: Readonly<Record<string, string>> = {
  pagehide: 'closed or gone elsewhere',
  freeze: 'put to sleep by the browser',
  shutdown: 'stopped by the page',
  bfcache: 'gone elsewhere, may come back',
};

/** What a log says, in a line: the field first, then what is known about it. */
export const describeLog = (row: LogRow): string => {
  const code = LOG_CODE.get(eventOf(row));
  const parts: string[] = [];
  for (const name of code?.attributes ?? []) {
    const value = row[name];
    if (SILENT.has(name) || value === undefined || value === null || (name === 'count' && value === 1))
      continue;
    if (value === 0 && QUIET_AT_ZERO.has(name)) continue;
    parts.push(
      name === 'count' && code?.name === 'logs_dropped' ? count(Number(value), 'log') : part(name, value),
    );
  }
  if (row.unknown_args) parts.push(`arguments ${String(row.unknown_args)}`);
  return parts.join(' · ');
};

const part = (name: string, value: number | string | boolean): string => {
  if (name === 'field' || name === 'method' || name === 'replaced' || name === 'step')
    return attributeText(name, value);
  if (name === 'since_focus_ms') return `${duration(Number(value))} after focus`;
  if (name === 'since_visible_ms') return `${duration(Number(value))} after coming back`;
  if (name === 'since_ready_ms') return `${duration(Number(value))} after the page was ready`;
  if (name === 'duration_ms') return `for ${duration(Number(value))}`;
  if (name === 'start_ms') return `${duration(Number(value))} after the page was opened`;
  if (name === 'first_key_ms') return `first key after ${duration(Number(value))}`;
  if (name === 'flight_p50_ms') return `${duration(Number(value))} between keys`;
  if (name === 'dwell_p50_ms') return `${duration(Number(value))} held`;
  if (name === 'corrections') return count(Number(value), 'correction');
  if (name === 'via') return `by ${attributeText(name, value)}`;
  if (name === 'fill_source') return value === 2 ? 'appeared unseen' : `by the ${attributeText(name, value)}`;
  if (name === 'fields') return value === 1 ? '1 field' : `${value} fields`;
  if (name === 'count') return `${value} ×`;
  if (name === 'entry') return `by ${attributeText(name, value)}`;
  if (name === 'exit') return EXITS[attributeText(name, value)] ?? attributeText(name, value);
  if (name === 'active_ms') return `seen for ${duration(Number(value))}`;
  if (name === 'drop_reason') return attributeText(name, value);
  if (name === 'decline_reason') return `reason: ${attributeText(name, value)}`;
  if (name === 'cadence_oddity' || name === 'automation' || name === 'target')
    return attributeText(name, value);
  return `${attributeLabel(name)} ${attributeText(name, value)}`;
};
