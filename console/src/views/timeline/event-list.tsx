import type { LogRow } from '@gander/collector/api';
import type { JSX } from 'preact';
import { codeLabel, duration, offset } from '../../shell/format.ts';
import { describeLog } from './describe-log.ts';
import { EventIcon } from './event-icon.tsx';
import { eventOf, rowKey } from './timeline-model.ts';

interface EventListProps {
  readonly rows: readonly LogRow[];
  readonly startMs: number;
  readonly selected: string | undefined;
  readonly onSelect: (row: LogRow) => void;
}

/** A pause worth saying, ms. */
const PAUSE_MS = 5000;

/** The events in words, oldest first. Up and down move, as in any list. */
export const EventList = ({ rows, startMs, selected, onSelect }: EventListProps): JSX.Element => {
  const onKeyDown = (event: KeyboardEvent): void => {
    const step =
      event.key === 'ArrowDown' || event.key === 'j'
        ? 1
        : event.key === 'ArrowUp' || event.key === 'k'
          ? -1
          : 0;
    if (!step) return;
    const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = buttons[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    const row = rows[at + step];
    if (selected && row) onSelect(row);
  };
  return (
    <ol class="events" onKeyDown={onKeyDown}>
      {rows.map((row, i) => {
        const event = eventOf(row);
        const key = rowKey(row);
        const pause = i > 0 ? row.event_ts - rows[i - 1]!.event_ts : 0;
        return (
          <li key={key}>
            {pause > PAUSE_MS && <span class="pause">{duration(pause)} later</span>}
            <button
              type="button"
              class={`event class-${Math.floor(event / 100)}`}
              aria-pressed={selected === key}
              onClick={() => onSelect(row)}
            >
              <span class="event-time">{offset(row.event_ts - startMs)}</span>
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
