import { now } from '../natives.ts';
import { hasFrames, listen } from '../page.ts';
import { facts } from '../running.ts';
import { targetOf } from './targets.ts';
import { PASTED, type Visit } from './visit.ts';

/** An input event of a script's, so soon after a key, is that key's echo: keys are timed by when they were pressed, and a busy page hears of it late. */
const ECHO_MS = 1_000;

/**
 * Keys of the visit that is going on: the hot path. An event puts one number into `Visit.record`, which `timesOf` reads; no timer is
 * set, no log is made, nothing is reckoned before the visit ends. Which key it was is never asked: `inputType` says whether something
 * came in or went away. Each property of an event is read at most once, and only if it is needed: every one is a call into the browser.
 * @param begin begins a visit; a form that was submitted keeps the focus where it was
 * @param end ends the visit
 */
export const listenToKeys = (
  visit: Visit,
  begin: (element: Element, at: number, typing: boolean) => void,
  end: () => void,
): void => {
  const { record } = visit;
  /** Masks that write the value themselves cancel the key and say so by an event of their own: it enters what the key would have. */
  const isEcho = (event: Event): boolean =>
    now() - facts.keyAt < ECHO_MS &&
    (!visit.room || record[record.length - 1]! > 0) &&
    targetOf(event) === visit.element;

  /** Whether a key was released since one was pressed. */
  let released = false;

  listen<KeyboardEvent>('keydown', (event) => {
    // Held down long enough, a key comes again and again: only while nothing was released since.
    if (!event.isTrusted || (!released && event.repeat)) return;
    released = false;
    // Of a field that is taken out of the page Firefox tells nothing.
    if (visit.element?.isConnected === false) end();
    const at = event.timeStamp;
    facts.keyAt = hasFrames ? now() : at;
    if (record.length < visit.room) record.push(at);
  });
  listen<KeyboardEvent>('keyup', (event) => {
    if (!event.isTrusted) return;
    released = true;
    if (record.length < visit.room) record.push(-event.timeStamp);
  });
  listen<InputEvent>('input', (event) => {
    const { isTrusted } = event;
    // Keys belong to the field they entered, also when nothing told that the focus went there.
    if (isTrusted && event.target !== visit.element) {
      const element = targetOf(event);
      // Not a box that was clicked: some browsers give it no focus.
      if (element !== visit.element && element.matches(':focus-within'))
        begin(element, event.timeStamp, true);
    }
    if (!visit.info || !(isTrusted || isEcho(event))) return facts.unexplained?.(event);
    const inputType = event.inputType || (isTrusted ? '' : 'insertText');
    // Text, composition text, line breaks. Nearly all is text, and known without the expression: that is 4 of a key's 60 µs.
    if (inputType === 'insertText' || /^insert(Te|C|L)/.test(inputType)) {
      if (record.length < visit.room) {
        // Some on-screen keyboards send no keydown.
        if (!(record[record.length - 1]! > 0)) record.push(event.timeStamp);
        record.push(0);
      } else visit.untimed++;
    } else if (inputType.startsWith('delete')) {
      visit.touched = true;
      // Safari takes away what an input method had composed before it puts in what was chosen.
      if (inputType !== 'deleteCompositionText') visit.deletions++;
    } else if (/^insertFrom[PD]/.test(inputType)) {
      visit.touched = true;
      visit.method = Math.max(visit.method, PASTED);
    } else facts.unexplained?.(event);
  });
};
