import { copy, cut, drop, type Log, paste } from '@gander/log-codes/encode';
import { now } from '../natives.ts';
import { listen } from '../page.ts';
import { facts, log, type Signal, since } from '../running.ts';
import { fields } from './fields.ts';
import { fieldOf } from './targets.ts';
import { PASTED } from './visit.ts';

/** What may be said of such an event, by the names of the attributes. */
interface Moment {
  readonly field: number;
  readonly field_no: number;
  readonly replaced: number | undefined;
  readonly since_focus_ms: number | undefined;
}

const hear = (type: string, brings: boolean, tell: (moment: Moment) => Log): void =>
  listen(type, (event) => {
    const element = event.isTrusted && fieldOf(event);
    if (!element) return;
    const { visits } = facts;
    const { field, field_no } = fields().of(element);
    // Asked before the browser puts anything in.
    const filled = fields().isFilled(element);
    const visit = visits?.at(element);
    facts.activeAt = now();
    log(
      tell({
        field,
        field_no,
        replaced: filled === undefined ? filled : +filled,
        since_focus_ms: visit && since(visit.since),
      }),
    );
    if (brings) visits?.filledBy(element, PASTED);
  });

/** Paste, copy, cut and drop (codes 220 to 223): that they happened and where, never what. */
export const clipboard: Signal = () => {
  hear('paste', true, ({ field, field_no, replaced, since_focus_ms }) => {
    const { visibleAt } = facts;
    const since_visible_ms = visibleAt && since(visibleAt);
    return paste({ field, field_no, replaced, since_focus_ms, since_visible_ms });
  });
  hear('copy', false, ({ field, field_no, since_focus_ms }) => copy({ field, field_no, since_focus_ms }));
  hear('cut', false, ({ field, field_no, since_focus_ms }) => cut({ field, field_no, since_focus_ms }));
  hear('drop', true, ({ field, field_no, replaced }) => drop({ field, field_no, replaced }));
};
