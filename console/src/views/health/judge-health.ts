import type { HealthAnswer } from '@gander/collector/api';
import { count } from '../../shell/format.ts';

/** The parts of an installation, as the page shows them. */
export type HealthPart = 'intake' | 'journal' | 'landing' | 'lake' | 'live';

/** What is wrong with each part, in sentences; none where it is well. */
export type Judgement = Readonly<Record<HealthPart, readonly string[]>>;

/** Sum of a metric over its labels; undefined while it is absent. Names are those of docs/metrics.md without `gander_`. */
export const metricOf = (
  { metrics }: HealthAnswer,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined => {
  const wanted = Object.entries(labels);
  const found = metrics.filter(
    (m) => m.name === `gander_${name}` && wanted.every(([label, value]) => m.labels[label] === value),
  );
  return found.length ? found.reduce((sum, m) => sum + m.value, 0) : undefined;
};

/** @param before an answer of up to a minute ago: what counts since the start of the process says nothing of now by itself */
export const judgeHealth = (now: HealthAnswer, before: HealthAnswer | undefined): Judgement => ({
  intake: judgeIntake(now, before),
  journal: judgeJournal(now),
  landing: judgeLanding(now),
  lake: judgeLake(now),
  live: now.live.evictedForMemory
    ? [
        `Its memory is too small for an hour: ${count(now.live.evictedForMemory, 'batch', 'batches')} let go early.`,
      ]
    : [],
});

const judgeIntake = (now: HealthAnswer, before: HealthAnswer | undefined): string[] => {
  const wrong: string[] = [];
  const fallbacks = (answer: HealthAnswer): number => metricOf(answer, 'limiter_fallbacks_total') ?? 0;
  const alone = before ? fallbacks(now) - fallbacks(before) : 0;
  // Without a Redis there is no such metric.
  if (metricOf(now, 'redis_up') === 0)
    wrong.push('Redis does not answer: each collector counts limits and copies by itself.');
  else if (alone > 0)
    wrong.push(
      `Redis answers too late: ${count(alone, 'check was', 'checks were')} made without it in the last minute.`,
    );
  if (metricOf(now, 'registry_up') === 0)
    wrong.push('The database of merchants and keys does not answer: they are as last read.');
  return wrong;
};

const judgeJournal = (now: HealthAnswer): string[] => {
  const wrong: string[] = [];
  const failures = metricOf(now, 'journal_failures_total') ?? 0;
  if (failures) wrong.push(`The disk refused ${count(failures, 'write')} since the start.`);
  const damaged = metricOf(now, 'journal_cut_bytes_total', { where: 'damaged' }) ?? 0;
  if (damaged) wrong.push('What was acknowledged was found damaged on the disk.');
  return wrong;
};

const judgeLanding = (now: HealthAnswer): string[] => {
  const wrong: string[] = [];
  if (now.landing?.failing) wrong.push(`It fails, and tries again: ${now.landing.failing}.`);
  // Where they cannot be listed, their number since the start is all there is.
  if (!now.canRedrive && now.landing?.deadLetters)
    wrong.push(
      `${count(now.landing.deadLetters, 'batch', 'batches')} could not become logs since the start.`,
    );
  if (metricOf(now, 'landing_damaged_bytes_total')) wrong.push('It could not read all of the journal.');
  return wrong;
};

const judgeLake = (now: HealthAnswer): string[] => {
  const failed = metricOf(now, 'upkeep_failed_runs') ?? 0;
  if (failed === 0) return [];
  const times = failed === 1 ? 'The last run of upkeep failed' : `Upkeep failed ${failed} times in a row`;
  return [`${times}: nothing is compacted, and nothing past its time removed. The collector’s log says why.`];
};
