import type { LogRow, StreamLogs, TimelineAnswer } from '@gander/collector/api';
import { type ReadonlySignal, signal } from '@preact/signals';
import { ApiFailure, getJson } from '../../shell/api-client.ts';
import { openStream, type Stream } from '../../shell/open-stream.ts';
import { rowKey } from './log-row.ts';

/** How it stands with following. */
export type FollowState = 'loading' | 'live' | 'reconnecting' | 'missing' | 'failed';

/** A transaction's logs, growing while they arrive. */
export interface Follow {
  readonly logs: ReadonlySignal<readonly LogRow[]>;
  readonly state: ReadonlySignal<FollowState>;
  /** Why there are no logs, where there are none. */
  readonly problem: ReadonlySignal<string>;
  /** There are more than the first so many that the server answered; undefined where these are all. */
  readonly cutAt: ReadonlySignal<number | undefined>;
  stop(): void;
}

const RETRY_MS = 3000;
const MISSING =
  'No log has this reference: its checkout was not opened yet, or its logs are past their time.';

/**
 * Reads a transaction and follows it. The browser resumes a broken stream by itself, from the last event it had; a `reset`, or a
 * stream that the server ended, makes us read everything again. Logs are kept by their number, so that none shows twice.
 */
export const followTransaction = (merchant: string, transaction: string): Follow => {
  const path = `/merchants/${merchant}/transactions/${encodeURIComponent(transaction)}`;
  const byKey = new Map<string, LogRow>();
  const logs = signal<readonly LogRow[]>([]);
  const state = signal<FollowState>('loading');
  const problem = signal('');
  const cutAt = signal<number | undefined>(undefined);
  let stream: Stream | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const take = (rows: readonly LogRow[]): void => {
    for (const row of rows) byKey.set(rowKey(row), row);
    logs.value = [...byKey.values()].sort(
      (a, b) =>
        a.event_ts - b.event_ts ||
        (a.session < b.session ? -1 : a.session > b.session ? 1 : a.log_seq - b.log_seq),
    );
  };

  const again = (): void => {
    stream?.close();
    if (stopped) return;
    state.value = 'reconnecting';
    clearTimeout(timer);
    timer = setTimeout(() => void begin(), RETRY_MS);
  };

  const begin = async (): Promise<void> => {
    try {
      const answer = await getJson<TimelineAnswer>(path);
      if (stopped) return;
      cutAt.value = answer.truncated ? answer.logs.length : undefined;
      take(answer.logs);
      stream = openStream<StreamLogs>({
        path: (after) => `/api${path}/stream?after=${after}`,
        after: answer.cursor,
        onOpen: () => {
          state.value = 'live';
        },
        onData: (data) => take(data.logs),
        onBroken: () => {
          state.value = 'reconnecting';
        },
        onClosed: again,
        onReset: again,
      });
    } catch (error) {
      const isMissing = error instanceof ApiFailure && error.code === 205;
      problem.value = isMissing ? MISSING : error instanceof Error ? error.message : String(error);
      if (isMissing) state.value = 'missing';
      else if (byKey.size > 0) again();
      else state.value = 'failed';
    }
  };
  void begin();

  return {
    logs,
    state,
    problem,
    cutAt,
    stop() {
      stopped = true;
      stream?.close();
      clearTimeout(timer);
    },
  };
};
