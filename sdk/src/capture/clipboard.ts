import { copy, cut, drop, paste } from '@gander/log-codes/encode';
import { type Context, fieldOf, ms } from './context.ts';
import { type FieldVisits, PASTED } from './field-visits.ts';

/** Makes a log of what happened to a field. */
type Tell = (
  field: number,
  field_no: number,
  replaced: number | undefined,
  since_focus_ms: number | undefined,
) => void;

/** Paste, copy, cut and drop (codes 220 to 223): that they happened and where, never what. */
export const captureClipboard = (context: Context, visits: FieldVisits): void => {
  const { page, fields, log, now } = context;

  const listen = (type: string, brings: boolean, tell: Tell): void =>
    page.listen(type, (event) => {
      const element = event.isTrusted && fieldOf(event);
      if (!element) return;
      const { fieldClass, fieldNo } = fields.of(element);
      // Asked before the browser puts anything in.
      const filled = fields.isFilled(element);
      const visit = visits.at(element);
      context.activeAt = now();
      tell(fieldClass, fieldNo, filled === undefined ? filled : +filled, visit && ms(now() - visit.since));
      if (brings) visits.filledBy(element, PASTED);
    });

  listen('paste', true, (field, field_no, replaced, since_focus_ms) => {
    const { visibleAt } = context;
    const since_visible_ms = visibleAt === undefined ? visibleAt : ms(now() - visibleAt);
    log(paste({ field, field_no, replaced, since_focus_ms, since_visible_ms }));
  });
  listen('copy', false, (field, field_no, _, since_focus_ms) =>
    log(copy({ field, field_no, since_focus_ms })),
  );
  listen('cut', false, (field, field_no, _, since_focus_ms) => log(cut({ field, field_no, since_focus_ms })));
  listen('drop', true, (field, field_no, replaced) => log(drop({ field, field_no, replaced })));
};
