import { now } from '../natives.ts';
import { listen } from '../page.ts';
import { facts } from '../running.ts';
import { MAX_KEYS } from './cadence.ts';
import { PASTED, TYPED, type Visit } from './visit.ts';

/**
 * Keys of the visit that is going on: the hot path. Per event a few numbers are written into arrays made beforehand; nothing is allocated,
 * no timer is set, no log is made (the visit's end makes it). Which key it was is never asked: `inputType` says whether something came
 * in or went away, and a release is taken for that of the oldest key that is still unmatched.
 */
export const listenToKeys = (visit: Visit): void => {
  const { presses, dwells } = visit;
  let pressedAt = 0;

  listen<KeyboardEvent>('keydown', (event) => {
    if (event.repeat) return;
    pressedAt = event.timeStamp;
    facts.keyAt = now();
    visit.held++;
  });
  listen<KeyboardEvent>('keyup', (event) => {
    if (visit.held) visit.held--;
    if (visit.released < visit.pressed) dwells[visit.released] = event.timeStamp - presses[visit.released++]!;
  });
  listen<InputEvent>('input', (event) => {
    if (!visit.info || !event.isTrusted) return facts.unexplained?.(event);
    const { inputType } = event;
    if (
      inputType === 'insertText' ||
      inputType === 'insertCompositionText' ||
      inputType === 'insertLineBreak'
    ) {
      visit.touched = true;
      if (visit.method < TYPED) visit.method = TYPED;
      visit.keys++;
      if (visit.pressed < MAX_KEYS) {
        if (visit.held > 1) visit.overlaps++;
        // Some on-screen keyboards send no keydown.
        presses[visit.pressed++] = pressedAt || event.timeStamp;
      }
      pressedAt = 0;
    } else if (inputType?.startsWith('delete')) {
      visit.touched = true;
      visit.deletions++;
    } else if (inputType === 'insertFromPaste' || inputType === 'insertFromDrop') {
      visit.touched = true;
      visit.method = Math.max(visit.method, PASTED);
    } else facts.unexplained?.(event);
  });
};
