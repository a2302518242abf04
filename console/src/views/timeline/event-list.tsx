import type { LogRow } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { codeLabel, duration, offset } from '../../shell/format.ts';
import { describeLog } from './describe-log.ts';
import { EventIcon } from './event-icon.tsx';
import { eventOf, rowKey } from './log-row.ts';

interface EventListProps {
  readonly rows: readonly LogRow[];
  readonly startMs: number;
  readonly selected: string | undefined;
  readonly onSelect: (row: LogRow) => void;
}

/** A pause worth saying, ms. */
const PAUSE_MS = 5000;
/** What is over so soon was done by a script, or is being looked at closely: its times are told to the millisecond. */
const SHORT_MS = 5000;

/** The events in words, oldest first: one stop for Tab, in which up and down, Home and End move. */
export const EventList = ({ rows, startMs, selected, onSelect }: EventListProps): JSX.Element => {
  const focused = useSignal<string | undefined>(undefined);
  const keys = rows.map(rowKey);
  const decimals = (rows.at(-1)?.event_ts ?? startMs) - startMs < SHORT_MS ? 3 : 1;
  const stop = [focused.value, selected].find((key) => key !== undefined && keys.includes(key)) ?? keys[0];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, number> = {
      ArrowDown: 1,
      j: 1,
      ArrowUp: -1,
      k: -1,
      Home: -rows.length,
      End: rows.length,
    };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = Math.min(rows.length - 1, Math.max(0, at + by));
    if (to === at) return;
    buttons[to]?.focus();
    const row = rows[to];
    if (selected && row && rowKey(row) !== selected) onSelect(row);
  };
  return (
    <ol class="events" onKeyDown={onKeyDown}>
      {rows.map((row, i) => {
        const event = eventOf(row);
        const key = keys[i]!;
        const pause = i > 0 ? row.event_ts - rows[i - 1]!.event_ts : 0;
        return (
          <li key={key}>
            {pause > PAUSE_MS && <span class="pause">{duration(pause)} later</span>}
            <button
              type="button"
              class={`event class-${Math.floor(event / 100)}`}
              aria-pressed={selected === key}
              tabIndex={key === stop ? 0 : -1}
              onFocus={() => (focused.value = key)}
              onClick={() => onSelect(row)}
            >
              <span class="event-time">{offset(row.event_ts - startMs, decimals)}</span>
              <span class="code">{String(row.code).padStart(4, '0')}</span>
              <EventIcon event={event} />
              <span class="event-label">{codeLabel(event)}</span>
              <span class="event-text">{describeLog(row)}</span>
              {row.late && <span class="flag">late</span>}
            </button>
          </li>
        );
      })}
    </ol>
  );
};
