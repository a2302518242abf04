import type { AnyLogRow, LogsAnswer, TailLogs } from '@gander/collector/api';
import { type ReadonlySignal, signal } from '@preact/signals';
import { getJson } from '../../shell/api-client.ts';
import { openStream, type Stream } from '../../shell/open-stream.ts';

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
  let stream: Stream | undefined;

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
    if (stream) cursor = stream.cursor();
    stream?.close();
    stream = undefined;
    tailing.value = false;
  };

  /** Reads everything again and goes on from there: the lake has what the live store has let go. */
  const again = async (): Promise<void> => {
    pause();
    known.clear();
    rows.value = [];
    next = '';
    cursor = '';
    await read();
    resume();
  };

  const take = ({ logs: came }: TailLogs): void => {
    const logs = fresh(came);
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

  const resume = (): void => {
    if (stream || !cursor || abort.signal.aborted) return;
    problem.value = '';
    tailing.value = true;
    stream = openStream<TailLogs>({
      path: (after) => `/api/logs/tail?${query}&after=${after}`,
      after: cursor,
      onData: take,
      onOpen: () => {
        problem.value = '';
      },
      onBroken: () => {
        problem.value = 'The connection broke; what comes meanwhile will be here when it is back.';
      },
      onClosed: () => {
        pause();
        problem.value = 'The tail ended. Start it again to go on where it was.';
      },
      onReset: () => void again(),
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
