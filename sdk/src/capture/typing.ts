import { MAX_KEYS } from './cadence.ts';
import type { Context } from './context.ts';
import { type FieldVisits, PASTED, TYPED } from './field-visits.ts';

/**
 * Keys: the hot path. Per event a few numbers are written into arrays made beforehand; nothing is allocated, no timer is set, no log is
 * made (the visit's end makes it). Which key it was is never asked: `inputType` says whether something came in or went away, and a
 * release is taken for that of the oldest key that is still unmatched.
 *
 * @param unseen called for input that neither keys nor paste nor drop explain
 */
export const captureTyping = (
  context: Context,
  { visit }: FieldVisits,
  unseen: (event: InputEvent) => void,
): void => {
  const { page, now } = context;
  const { presses, dwells } = visit;
  let pressedAt = 0;

  page.listen<KeyboardEvent>('keydown', (event) => {
    if (event.repeat) return;
    pressedAt = event.timeStamp;
    context.keyAt = context.activeAt = now();
    visit.held++;
  });
  page.listen<KeyboardEvent>('keyup', (event) => {
    if (visit.held) visit.held--;
    if (visit.released < visit.pressed) dwells[visit.released] = event.timeStamp - presses[visit.released++]!;
  });
  page.listen<InputEvent>('input', (event) => {
    if (!visit.info || !event.isTrusted) return unseen(event);
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
    } else unseen(event);
  });
};
