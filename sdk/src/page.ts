import { AbortController, addEventListener } from './natives.ts';
import { guard } from './running.ts';

/** Events that stay inside a shadow tree, or that do when the focus moves within it. */
const NOT_COMPOSED = /^(change|submit|invalid|focus)/;

let abort: AbortController;
let watched: WeakSet<Node>;
let listeners: [type: string, listener: EventListener][];
/** Whether frames are watched too: their events are timed by clocks of their own. */
export let hasFrames: boolean;

/** The page's listeners are ours from here on. @returns takes all of them away */
export const startListening = (): (() => void) => {
  abort = new AbortController!();
  watched = new WeakSet();
  listeners = [];
  hasFrames = false;
  return () => abort.abort();
};

const add = (target: EventTarget, type: string, listener: EventListener): void =>
  addEventListener!.call(target, type, listener, { capture: true, passive: true, signal: abort.signal });

/** Whether nobody sees the page. Not by `document.hidden`: where a frame or a form is called `hidden`, that is the element. */
export const isHidden = (): boolean => document.visibilityState === 'hidden';

/** Listens on one target: guarded, passive, in the capture phase. */
export const on = <E extends Event>(target: EventTarget, type: string, work: (event: E) => void): void =>
  add(target, type, guard(work as (event: Event) => void));

/** Listens on every tree that is watched from here on: the document, open shadow roots, frames of the same origin. */
export const listen = <E extends Event>(type: string, work: (event: E) => void): void => {
  listeners.push([type, guard(work as (event: Event) => void)]);
};

/** Undoes what is no listener when the SDK stops, also without consent. @param undo throws nothing */
export const whenStopped = (undo: () => void): void => addEventListener!.call(abort.signal, 'abort', undo);

/** Watches a document or an open shadow root, once. */
export const watch = (root: Node): void => {
  if (watched.has(root)) return;
  watched.add(root);
  hasFrames ||= root.nodeType === 9 && root !== document;
  for (const [type, listener] of listeners)
    if (root.nodeType === 9 || NOT_COMPOSED.test(type)) add(root, type, listener);
};
