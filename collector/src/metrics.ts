import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

interface MetricRow {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels?: readonly string[];
  readonly buckets?: readonly number[];
  /** A gauge that is not exported until it is set: 0 would say something of what is not there. */
  readonly absent?: true;
  readonly help: string;
}

/** THE table of metrics; docs/metrics.md is tied to it by a test. `process_*` and `nodejs_*` come on top. */
// biome-ignore format: one row is one line
export const METRICS = [
  { name: 'gander_received_batches_total', type: 'counter', help: 'Requests to /v1/logs. Always acknowledged + duplicates + refused + under way.' },
  { name: 'gander_acknowledged_batches_total', type: 'counter', help: 'Batches answered 202 after they became durable.' },
  { name: 'gander_acknowledged_logs_total', type: 'counter', help: 'Logs in those batches.' },
  { name: 'gander_duplicate_batches_total', type: 'counter', help: 'Batches answered 202 that were already kept; nothing was stored.' },
  { name: 'gander_refused_batches_total', type: 'counter', labels: ['reason', 'merchant'], help: 'Batches refused, by error of docs/errors.md and merchant (`-` before one is known).' },
  { name: 'gander_refused_sessions_total', type: 'counter', labels: ['reason', 'merchant'], help: 'Session requests refused, likewise.' },
  { name: 'gander_refused_connections_total', type: 'counter', labels: ['reason'], help: 'Connections closed before a request was whole: `malformed`, `headers_too_large`, `timeout`, `incomplete` (the client ended it), or `too_many` of them. All but the last are no batch and no session request yet, or one that is refused as `body_timeout`.' },
  { name: 'gander_opened_sessions_total', type: 'counter', labels: ['assurance'], help: 'Sessions opened or moved to another transaction.' },
  { name: 'gander_late_batches_total', type: 'counter', help: 'Acknowledged batches that came with an expired token.' },
  { name: 'gander_inflight_batches', type: 'gauge', help: 'Batches under way: received and not answered yet.' },
  { name: 'gander_answer_seconds', type: 'histogram', buckets: [0.001, 0.002, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1, 5], help: 'From the whole body to the answer of acknowledged batches.' },
  { name: 'gander_token_cache_misses_total', type: 'counter', help: 'Tokens whose MAC had to be computed.' },
  { name: 'gander_remembered_sessions', type: 'gauge', help: 'Sessions whose batch numbers are remembered against resends.' },
  { name: 'gander_forgotten_sessions_total', type: 'counter', help: 'Sessions forgotten early because there were too many.' },
  { name: 'gander_limiter_fallbacks_total', type: 'counter', help: 'Limit checks done locally because Redis did not answer.' },
  { name: 'gander_redis_up', type: 'gauge', absent: true, help: '1 while Redis answers, 0 while it does not; absent where none is configured.' },
  { name: 'gander_registry_up', type: 'gauge', help: '1 while the database of merchants and keys answers; 0: they are served as last read.' },
  { name: 'gander_clock_jumps_total', type: 'counter', help: 'Jumps of the wall clock by more than two seconds.' },
  { name: 'gander_journal_batches_total', type: 'counter', help: 'Batches journaled since the start.' },
  { name: 'gander_journal_logs_total', type: 'counter', help: 'Logs journaled since the start.' },
  { name: 'gander_journal_commits_total', type: 'counter', help: 'Group commits.' },
  { name: 'gander_journal_commit_seconds', type: 'histogram', buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2], help: 'Write and fdatasync of a group commit.' },
  { name: 'gander_journal_bytes', type: 'gauge', help: 'Size of all segments.' },
  { name: 'gander_journal_segments', type: 'gauge', help: 'Number of segments.' },
  { name: 'gander_journal_waiting_batches', type: 'gauge', help: 'Batches waiting for a commit.' },
  { name: 'gander_journal_failures_total', type: 'counter', labels: ['step'], help: 'Failed opens, writes and syncs; each poisons its segment. Step `cursors`: the readers’ places were damaged, so they began at the oldest segment.' },
  { name: 'gander_journal_cut_bytes_total', type: 'counter', labels: ['where'], help: 'Bytes cut at the start: a torn tail (of the newest segment), or damage (in an older one).' },
  { name: 'gander_landed_rows_total', type: 'counter', help: 'Logs landed since the start, released from the journal.' },
  { name: 'gander_landed_objects_total', type: 'counter', labels: ['result'], help: 'Objects put: `stored`, or `exists` when a start before had stored it.' },
  { name: 'gander_landed_bytes_total', type: 'counter', help: 'Compressed bytes of those objects.' },
  { name: 'gander_landing_dead_letters_total', type: 'counter', labels: ['reason'], help: 'Batches that went to the dead letters, by reason.' },
  { name: 'gander_landing_dead_letter_logs_total', type: 'counter', labels: ['reason'], help: 'Logs in those batches.' },
  { name: 'gander_landing_failures_total', type: 'counter', help: 'Puts, and reads of what landing needs, that failed and are tried again.' },
  { name: 'gander_landing_failing', type: 'gauge', help: '1 while the last put failed, 0 while landing is well.' },
  { name: 'gander_landing_restarts_total', type: 'counter', help: 'Times the landing thread ended and was started again.' },
  { name: 'gander_landing_suppressed_batches_total', type: 'counter', help: 'Batches of erased transactions and sessions, dropped.' },
  { name: 'gander_landing_suppressed_logs_total', type: 'counter', help: 'Logs in those batches.' },
  { name: 'gander_upkeep_runs_total', type: 'counter', labels: ['result'], help: 'Runs of the lake’s upkeep: `done`, `failed`, or `busy` when another process holds its lock.' },
  { name: 'gander_upkeep_failed_runs', type: 'gauge', absent: true, help: 'Runs of upkeep that failed since the last that did not; 0 while it is well, or another process does it; absent before the first.' },
  { name: 'gander_compacted_rows_total', type: 'counter', help: 'Rows in the parts that compaction wrote.' },
  { name: 'gander_compacted_objects_total', type: 'counter', help: 'Landing objects that compaction added to the lake.' },
  { name: 'gander_compaction_dropped_rows_total', type: 'counter', help: 'Rows left out by compaction: copies, and what was erased.' },
  { name: 'gander_retention_removed_objects_total', type: 'counter', labels: ['zone'], help: 'Objects removed past their time, by zone.' },
  { name: 'gander_redriven_letters_total', type: 'counter', labels: ['reason', 'result'], help: 'Dead letters driven again by this process: `landed`, `failed` (they stay), or `suppressed` (erased meanwhile, removed).' },
  { name: 'gander_redriven_rows_total', type: 'counter', help: 'Logs landed out of dead letters by this process.' },
  { name: 'gander_landing_damaged_bytes_total', type: 'counter', help: 'Bytes of the journal that landing could not read.' },
  { name: 'gander_landing_damaged_plans_total', type: 'counter', help: 'Plans of landing rounds that could not be read and were set aside.' },
] as const satisfies readonly MetricRow[];

export type MetricName = (typeof METRICS)[number]['name'];

/** Counts, sets and observes by name; made once a process. */
export interface Metrics {
  readonly registry: Registry;
  /** Adds to a counter. */
  count(name: MetricName, by?: number, labels?: Readonly<Record<string, string>>): void;
  /** Sets a gauge. */
  set(name: MetricName, value: number, labels?: Readonly<Record<string, string>>): void;
  /** Observes a value of a histogram. */
  observe(name: MetricName, value: number): void;
  /** A counter's, gauge's value now; for tests and the ledger. */
  value(name: MetricName, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** Calls back before each scrape, to set gauges. */
  onScrape(listener: () => void): void;
  /** The text of /metrics. */
  text(): Promise<string>;
}

/** @param processMetrics also export `process_*` and `nodejs_*` */
export const createMetrics = (processMetrics = false): Metrics => {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  /** What counters without labels grew by since the last look at them: three of them are counted for every batch. */
  const grown = new Map<string, number>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const row of METRICS as readonly MetricRow[]) {
    const options = {
      name: row.name,
      help: row.help,
      registers: [registry],
      labelNames: [...(row.labels ?? [])],
    };
    if (row.type === 'counter') {
      const collect = (): void => {
        const by = grown.get(row.name) ?? 0;
        grown.delete(row.name);
        if (by > 0) counters.get(row.name)!.inc(by);
      };
      counters.set(row.name, new Counter({ ...options, collect }));
    }
    if (row.type === 'gauge') {
      const gauge = new Gauge(options);
      // prom-client starts a gauge without labels at 0.
      if (row.absent) gauge.remove();
      gauges.set(row.name, gauge);
    }
    if (row.type === 'histogram')
      histograms.set(row.name, new Histogram({ ...options, buckets: [...(row.buckets ?? [])] }));
  }
  if (processMetrics) collectDefaultMetrics({ register: registry });
  const scrapeListeners: (() => void)[] = [];
  return {
    registry,
    count: (name, by = 1, labels) => {
      if (labels) counters.get(name)!.inc(labels, by);
      else grown.set(name, (grown.get(name) ?? 0) + by);
    },
    set: (name, value, labels) => {
      const gauge = gauges.get(name)!;
      if (labels) gauge.set(labels, value);
      else gauge.set(value);
    },
    observe: (name, value) => histograms.get(name)!.observe(value),
    value: async (name, labels = {}) => {
      for (const listener of scrapeListeners) listener();
      const metric = await (counters.get(name) ?? gauges.get(name))!.get();
      const wanted = Object.entries(labels);
      return metric.values
        .filter((v) => wanted.every(([k, text]) => (v.labels as Record<string, unknown>)[k] === text))
        .reduce((sum, v) => sum + v.value, 0);
    },
    onScrape: (listener) => void scrapeListeners.push(listener),
    text: () => {
      for (const listener of scrapeListeners) listener();
      return registry.metrics();
    },
  };
};
