import type { Guard } from './guard.ts';

/** Events that stay inside a shadow tree, or that do when the focus moves within it. */
const NOT_COMPOSED = /^(change|submit|invalid|focus)/;

/** Listening on the page: guarded, passive, in the capture phase, and all of it undone by one abort. */
export interface Page {
  /** Listens on one target. */
  on<E extends Event>(target: EventTarget, type: string, work: (event: E) => void): void;
  /** Listens on every tree that is watched from here on: the document, open shadow roots, frames of the same origin. */
  listen<E extends Event>(type: string, work: (event: E) => void): void;
  /** Watches a document or an open shadow root, once. */
  watch(root: Node): void;
}

/**
 * Creates the keeper of the page's listeners.
 * @param addEventListener the browser's own, taken at load
 * @param signal takes all listeners away
 */
export const createPage = (
  guard: Guard,
  addEventListener: EventTarget['addEventListener'],
  signal: AbortSignal,
): Page => {
  const watched = new WeakSet<Node>();
  const listeners: [type: string, listener: EventListener][] = [];
  const add = (target: EventTarget, type: string, listener: EventListener): void =>
    addEventListener.call(target, type, listener, { capture: true, passive: true, signal });
  return {
    on(target, type, work) {
      add(target, type, guard(work as (event: Event) => void));
    },
    listen(type, work) {
      listeners.push([type, guard(work as (event: Event) => void)]);
    },
    watch(root) {
      if (watched.has(root)) return;
      watched.add(root);
      for (const [type, listener] of listeners)
        if (root.nodeType === 9 || NOT_COMPOSED.test(type)) add(root, type, listener);
    },
  };
};
