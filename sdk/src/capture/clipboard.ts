import { copy, cut, drop, paste } from '@gander/log-codes/encode';
import { type Context, fieldOf, ms, named } from './context.ts';
import { type FieldVisits, PASTED } from './field-visits.ts';

/** Paste, copy, cut and drop (codes 220 to 223): that they happened and where, never what. */
export const captureClipboard = (context: Context, visits: FieldVisits): void => {
  const { page, fields, log, now } = context;

  const listen = (
    type: string,
    work: (
      where: {
        field: number;
        field_no: number;
        replaced: number | undefined;
        since_focus_ms: number | undefined;
      },
      event: Event,
    ) => void,
  ): void =>
    page.listen(type, (event) => {
      const element = event.isTrusted && fieldOf(event);
      if (!element) return;
      // Asked before the browser puts anything in.
      const filled = fields.isFilled(element);
      const visit = visits.at(element);
      context.activeAt = now();
      work(
        {
          ...named(context, element),
          replaced: filled === undefined ? undefined : +filled,
          since_focus_ms: visit && ms(now() - visit.since),
        },
        event,
      );
      if (type === 'paste' || type === 'drop') visits.filledBy(element, PASTED);
    });

  listen('paste', (where) => {
    const { visibleAt } = context;
    const since_visible_ms = visibleAt === undefined ? undefined : ms(now() - visibleAt);
    log(paste({ ...where, since_visible_ms }));
  });
  listen('copy', (where) => log(copy(where)));
  listen('cut', (where) => log(cut(where)));
  listen('drop', (where) => log(drop(where)));
};
