import { now } from '../natives.ts';
import { hasFrames, listen } from '../page.ts';
import { facts } from '../running.ts';
import { PASTED, type Visit } from './visit.ts';

/**
 * Keys of the visit that is going on: the hot path. An event puts one number into the visit's record, as `timesOf` reads it; no timer is
 * set, no log is made, nothing is reckoned before the visit ends. Which key it was is never asked: `inputType` says whether something
 * came in or went away. Each property of an event is read at most once, and only if it is needed: every one is a call into the browser.
 */
export const listenToKeys = (visit: Visit): void => {
  const { record } = visit;

  listen<KeyboardEvent>('keydown', (event) => {
    // Held down long enough, a key comes again and again: only while nothing was released since.
    if (!(record[record.length - 1]! < 0) && event.repeat) return;
    const at = event.timeStamp;
    facts.keyAt = hasFrames ? now() : at;
    if (record.length < visit.room) record.push(at);
  });
  listen<KeyboardEvent>('keyup', (event) => {
    if (record.length < visit.room) record.push(-event.timeStamp);
  });
  listen<InputEvent>('input', (event) => {
    if (!visit.info || !event.isTrusted) return facts.unexplained?.(event);
    const { inputType } = event;
    if (
      inputType === 'insertText' ||
      inputType === 'insertCompositionText' ||
      inputType === 'insertLineBreak'
    ) {
      if (record.length < visit.room) {
        // Some on-screen keyboards send no keydown.
        if (!(record[record.length - 1]! > 0)) record.push(event.timeStamp);
        record.push(0);
      } else visit.untimed++;
    } else if (inputType?.startsWith('delete')) {
      visit.touched = true;
      visit.deletions++;
    } else if (inputType === 'insertFromPaste' || inputType === 'insertFromDrop') {
      visit.touched = true;
      visit.method = Math.max(visit.method, PASTED);
    } else facts.unexplained?.(event);
  });
};
