import { listen, whenStopped } from '../page.ts';
import { guard, later, type Signal, step } from '../running.ts';

const STEP = 'data-gander-step';
/** Steps that are put into the page are looked for no more often than this. */
const SCAN_MS = 300;

/**
 * Steps by attribute: `<section data-gander-step="payment">`. The step a field is focused in is entered; else the first in view, once
 * the one before went out of view.
 */
export const steps: Signal = () => {
  const inView = new Set<Element>();
  let current: Element | undefined;
  const go = (element: Element): void => {
    current = element;
    step(element.getAttribute(STEP)!);
  };
  const observer = new IntersectionObserver(
    guard<IntersectionObserverEntry[]>((entries) => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting) inView.add(target);
        else inView.delete(target);
      const [first] = inView;
      if (first && !(current && inView.has(current))) go(first);
    }),
  );
  let due = false;
  const scan = (): void => {
    due = false;
    // What is observed already is passed over.
    for (const element of document.querySelectorAll(`[${STEP}]`)) observer.observe(element);
  };
  const scanSoon = guard<unknown>(() => {
    if (!due) later(scan, SCAN_MS);
    due = true;
  });
  scan();
  // Also while the page is still being read.
  const mutations = new MutationObserver(scanSoon);
  mutations.observe(document, { childList: true, subtree: true });
  whenStopped(() => {
    observer.disconnect();
    mutations.disconnect();
  });
  listen('focusin', ({ target }) => {
    const section = (target as Element).closest?.(`[${STEP}]`);
    if (section) {
      observer.observe(section);
      go(section);
    }
  });
};
