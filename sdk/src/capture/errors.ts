import { pageError } from '@gander/log-codes/encode';
import { on } from '../page.ts';
import { facts, log, type Signal } from '../running.ts';

/** Values of the attribute `error_kind`. */
const ERROR = 1;
const REJECTION = 2;
const RESOURCE = 3;

/** Errors of the page (code 501): of each kind the first at once, the rest by number. Text and stack are never read. */
export const errors: Signal = () => {
  const counts = [0, 0, 0, 0];
  const count = (error_kind: number): void => {
    // What a page gets wrong at each key would count them.
    if (counts[error_kind] && facts.visits?.secret()) return;
    if (++counts[error_kind]! === 1) log(pageError({ error_kind, count: 1 }));
  };
  on(window, 'error', ({ target }) => count(target === window ? ERROR : RESOURCE));
  on(window, 'unhandledrejection', () => count(REJECTION));
  facts.summaries.push(() => {
    counts.forEach((seen, error_kind) => {
      if (seen > 1) {
        log(pageError({ error_kind, count: seen - 1 }));
        counts[error_kind] = 1;
      }
    });
  });
};
