import { pageError } from '@gander/log-codes/encode';
import type { Context } from './context.ts';

/** Values of the attribute `error_kind`. */
const ERROR = 1;
const REJECTION = 2;
const RESOURCE = 3;

/** Errors of the page (code 501): of each kind the first at once, the rest by number. Text and stack are never read. */
export const captureErrors = (context: Context): void => {
  const { page, log } = context;
  const counts = [0, 0, 0, 0];
  const count = (error_kind: number): void => {
    const seen = counts[error_kind]!;
    counts[error_kind] = seen + 1;
    if (!seen) log(pageError({ error_kind, count: 1 }));
  };
  page.on(window, 'error', ({ target }) => count(target === window ? ERROR : RESOURCE));
  page.on(window, 'unhandledrejection', () => count(REJECTION));
  context.onLeave.push(() => {
    counts.forEach((seen, error_kind) => {
      if (seen > 1) {
        log(pageError({ error_kind, count: seen - 1 }));
        counts[error_kind] = 1;
      }
    });
  });
};
