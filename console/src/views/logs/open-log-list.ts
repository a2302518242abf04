import type { AnyLogRow, LogsAnswer, TailLogs } from '@gander/collector/api';
import { type ReadonlySignal, signal } from '@preact/signals';
import { getJson } from '../../shell/api-client.ts';
import { openStream } from '../../shell/open-stream.ts';

/** Most logs that a tail keeps on the screen's list; older ones are read again by scrolling down. */
const MAX_TAIL_ROWS = 20_000;

/** Logs of a filter: pages from the newest down, and what comes while one looks. */
export interface LogList {
  readonly rows: ReadonlySignal<readonly AnyLogRow[]>;
  readonly state: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  readonly problem: ReadonlySignal<string>;
  readonly tailing: ReadonlySignal<boolean>;
  /** Reads the next page, if there is one and none is on its way. */
  more(): void;
  /** Follows from where the list or the last tail ended: nothing is lost while paused. */
  resume(): void;
  pause(): void;
  stop(): void;
}

const keyOf = (row: AnyLogRow): string => `${row.session}.${row.log_seq}`;

/** @param query the filter, as it stands in the address */
export const openLogList = (query: string): LogList => {
  const rows = signal<readonly AnyLogRow[]>([]);
  const state = signal<'loading' | 'ready' | 'failed'>('loading');
  const problem = signal('');
  const tailing = signal(false);
  const known = new Set<string>();
  const abort = new AbortController();
  let next: string | null = '';
  let cursor = '';
  let reading = false;
  let stream: EventSource | undefined;

  const fresh = (logs: readonly AnyLogRow[]): AnyLogRow[] =>
    logs.filter((row) => {
      const key = keyOf(row);
      if (known.has(key)) return false;
      known.add(key);
      return true;
    });

  const read = async (): Promise<void> => {
    if (reading || next === null) return;
    reading = true;
    try {
      const answer: LogsAnswer = await getJson(
        `/logs?${query}${next ? `&before=${next}` : ''}`,
        abort.signal,
      );
      cursor ||= answer.cursor;
      next = answer.next;
      rows.value = [...rows.value, ...fresh(answer.logs)];
      state.value = 'ready';
    } catch (error) {
      if (abort.signal.aborted) return;
      problem.value = error instanceof Error ? error.message : String(error);
      if (rows.value.length === 0) state.value = 'failed';
    } finally {
      reading = false;
    }
  };

  const pause = (): void => {
    stream?.close();
    stream = undefined;
    tailing.value = false;
  };

  const resume = (): void => {
    if (stream || !cursor) return;
    tailing.value = true;
    stream = openStream(`/api/logs/tail?${query}&after=${cursor}`);
    const take = (event: MessageEvent<string>): void => {
      cursor = event.lastEventId || cursor;
      const logs = fresh((JSON.parse(event.data) as TailLogs).logs ?? []);
      if (logs.length === 0) return;
      logs.sort((a, b) => b.event_ts - a.event_ts);
      const all = [...logs, ...rows.value];
      for (const row of all.slice(MAX_TAIL_ROWS)) known.delete(keyOf(row));
      if (all.length > MAX_TAIL_ROWS) {
        const last = all[MAX_TAIL_ROWS - 1]!;
        next = `${last.event_ts}.${last.session}.${last.log_seq}`;
      }
      rows.value = all.slice(0, MAX_TAIL_ROWS);
    };
    stream.addEventListener('logs', take);
    stream.addEventListener('beat', take);
    stream.addEventListener('reset', () => {
      pause();
      problem.value = 'The tail was away for too long: reload to see what came meanwhile.';
    });
  };

  void read();
  return {
    rows,
    state,
    problem,
    tailing,
    more: () => void read(),
    resume,
    pause,
    stop() {
      abort.abort();
      pause();
    },
  };
};
