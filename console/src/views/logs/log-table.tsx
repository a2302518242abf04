import type { AnyLogRow } from '@gander/collector/api';
import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { codeLabel, dateTime, dayTime } from '../../shell/format.ts';
import { timelinePath } from '../../shell/paths.ts';
import { navigate } from '../../shell/router.ts';
import { describeLog } from '../timeline/describe-log.ts';
import { eventOf, rowKey } from '../timeline/log-row.ts';

interface LogTableProps {
  readonly rows: readonly AnyLogRow[];
  readonly selected: string | undefined;
  readonly onSelect: (row: AnyLogRow) => void;
  /** The end of what is loaded is near. */
  readonly onEnd: () => void;
  /** Reader scrolled away from the top, or back. */
  readonly onTop: (atTop: boolean) => void;
}

const ROW = 30;
/** Rows drawn above and below what is seen. */
const OVERSCAN = 12;
/** What is drawn moves on in steps of so many rows, so that most frames of a scroll draw nothing anew. */
const STEP = 8;

/**
 * A list of any length that draws only what is seen. Arrow keys, Page Up and Page Down, Home and End move the chosen row,
 * Enter opens its timeline; the rest scrolls like any list.
 */
export const LogTable = ({ rows, selected, onSelect, onEnd, onTop }: LogTableProps): JSX.Element => {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  const held = useRef<string | undefined>(undefined);
  const pushed = useRef(0);

  useEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // Rows that come on top push the others down: who reads further down keeps their place, and the same rows are drawn.
  useMemo(() => {
    const before = held.current;
    held.current = rows[0] && rowKey(rows[0]);
    if (!before || held.current === before || top.peek() <= ROW) return;
    const added = rows.findIndex((row) => rowKey(row) === before);
    if (added > 0) pushed.current += added;
  }, [rows]);
  useLayoutEffect(() => {
    if (pushed.current === 0) return;
    const element = box.current!;
    element.scrollTop += pushed.current * ROW;
    pushed.current = 0;
    top.value = element.scrollTop;
  }, [rows]);

  const step = useComputed(() => Math.floor(top.value / (ROW * STEP)) * STEP);
  const from = Math.max(0, step.value + pushed.current - OVERSCAN);
  const to = Math.min(rows.length, from + Math.ceil(height.value / ROW) + STEP + 2 * OVERSCAN);
  useEffect(() => {
    if (to > rows.length - 50) onEnd();
  }, [to, rows.length]);

  const onScroll = (): void => {
    top.value = box.current!.scrollTop;
    onTop(top.value <= ROW);
  };

  const active = selected === undefined ? undefined : rows.find((row) => rowKey(row) === selected);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && active) {
      navigate(`${timelinePath(active.merchant, active.transaction)}?at=${rowKey(active)}`);
      return;
    }
    const page = Math.max(1, Math.floor(height.value / ROW) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      j: 1,
      ArrowUp: -1,
      k: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    };
    const by = steps[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const at = rows.findIndex((row) => rowKey(row) === selected);
    const next = Math.min(rows.length - 1, Math.max(0, at < 0 ? Math.floor(top.peek() / ROW) : at + by));
    const row = rows[next];
    // At the end there is nowhere to go; choosing the chosen row again would close it.
    if (!row || next === at) return;
    onSelect(row);
    const element = box.current!;
    const y = next * ROW;
    if (y < element.scrollTop) element.scrollTop = y;
    else if (y + ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = y + ROW - element.clientHeight;
  };

  return (
    <div class="log-table">
      <div class="log-head" aria-hidden="true">
        <span>Time</span>
        <span>Code</span>
        <span>What</span>
        <span>Says</span>
        <span>Transaction</span>
      </div>
      <div
        ref={box}
        class="log-scroll"
        role="listbox"
        tabIndex={0}
        aria-label="Logs, newest first"
        aria-activedescendant={active ? `log-${rowKey(active)}` : undefined}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <div class="log-space" style={{ height: `${rows.length * ROW}px` }}>
          <div class="log-window" style={{ transform: `translateY(${from * ROW}px)` }}>
            {rows.slice(from, to).map((row, i) => (
              <LogLine
                key={rowKey(row)}
                row={row}
                at={from + i}
                count={rows.length}
                on={rowKey(row) === selected}
                onSelect={onSelect}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
};

const LogLine = (props: {
  row: AnyLogRow;
  at: number;
  count: number;
  on: boolean;
  onSelect: (row: AnyLogRow) => void;
}): JSX.Element => {
  const { row, at, count, on, onSelect } = props;
  const event = eventOf(row);
  const { transaction } = row;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
    <div
      id={`log-${rowKey(row)}`}
      class={`log-line class-${Math.floor(event / 100)}`}
      role="option"
      tabIndex={-1}
      aria-selected={on}
      aria-posinset={at + 1}
      aria-setsize={count}
      onClick={() => onSelect(row)}
    >
      <span class="log-time" title={dateTime(row.event_ts)}>
        {dayTime(row.event_ts, Date.now())}
      </span>
      <span class="code">{String(row.code).padStart(4, '0')}</span>
      <span class="event-label">{codeLabel(event)}</span>
      <span class="event-text">
        {describeLog(row)}
        {row.late && <span class="flag">late</span>}
      </span>
      <span class="mono">{transaction.startsWith('~') ? `~${transaction.slice(1, 9)}` : transaction}</span>
    </div>
  );
};
