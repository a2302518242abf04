import type { FieldInfo } from './create-field-classifier.ts';
import { SECRET, UNKNOWN } from './words.ts';

/**
 * Whether two fields may be boxes of one secret (a code in six boxes of one digit, a card number in four of four): both secret, in one
 * form, and of one class, or the other one is called nothing, as boxes after the first often are. Errs on that side: of boxes that are told apart
 * the logs tell when each key was pressed, and how many there were.
 * @param first the box where the person began
 */
export const isSameSecret = (
  first: Omit<FieldInfo, 'field_no'>,
  other: Omit<FieldInfo, 'field_no'>,
): boolean =>
  first.rank > 1 &&
  [first.field, UNKNOWN, SECRET].includes(other.field) &&
  // What is made anew at each key is out of its form.
  (!first.element.isConnected ||
    (first.element as HTMLInputElement).form === (other.element as HTMLInputElement).form);
