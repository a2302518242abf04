import type { JSX } from 'preact';
import { codeLabel, count, duration, fieldName, times } from '../../shell/format.ts';
import type { Method } from './field-lanes.ts';
import type { Timeline } from './timeline-model.ts';

/** What matters about this payment, in a few words. */
export const Verdict = ({ timeline: t, quiet }: { timeline: Timeline; quiet: boolean }): JSX.Element => {
  const by = (method: Method): string[] =>
    t.lanes.filter((l) => l.method === method).map((l) => fieldName(l.field));
  const items: [number, string][] = [];
  if (by('scripted').length) items.push([4, `Filled by script: ${list(by('scripted'))}`]);
  if (by('changed').length) items.push([4, `Changed without input: ${list(by('changed'))}`]);
  if (t.suspicious) {
    const told = count(t.suspicious, 'oddity', 'oddities');
    items.push([4, t.oddities.length ? `${told}: ${list(t.oddities.map(codeLabel))}` : told]);
  }
  if (by('pasted').length) items.push([2, `Pasted: ${list(by('pasted'))}`]);
  if (by('autofilled').length) items.push([2, `Autofilled: ${list(by('autofilled'))}`]);
  if (by('typed').length) items.push([2, `Typed: ${list(by('typed'))}`]);
  if (t.declines > 1) items.push([1, `Declined ${times(t.declines)}`]);
  if (t.hiddenAtStartMs) items.push([3, `Began in a hidden tab, seen after ${duration(t.hiddenAtStartMs)}`]);
  if (t.unseenPages)
    items.push([
      3,
      t.unseenPages === t.sessions
        ? 'Never seen: in a hidden tab from first to last'
        : `${count(t.unseenPages, 'page')} of ${t.sessions} never seen, in a hidden tab`,
    ]);
  if (t.hiddenTimes) items.push([3, `Left the tab ${times(t.hiddenTimes)}, ${duration(t.leftMs)} in all`]);
  if (t.dropped) items.push([5, `The SDK dropped ${count(t.dropped, 'log')}`]);
  if (t.missing) items.push([5, `${count(t.missing, 'log')} missing from the sequence`]);
  if (t.late) items.push([5, `${count(t.late, 'log')} came late`]);
  if (quiet && t.outcome === 'open') items.push([1, 'Ended abruptly: the page was never seen leaving']);
  return (
    <ul class="verdict" aria-label="In short">
      {items.map(([id, text]) => (
        <li key={text} class={`class-${id}`}>
          {text}
        </li>
      ))}
    </ul>
  );
};

const list = (names: readonly string[]): string => {
  const unique = [...new Set(names)];
  return unique.length > 4
    ? `${unique.slice(0, 3).join(', ')} and ${unique.length - 3} more`
    : unique.join(', ');
};
