import type { FieldInfo } from '../mask/create-field-classifier.ts';

/** Values of the attribute `method`; where several, the greatest is said. */
export const TYPED = 1;
export const PASTED = 2;
export const AUTOFILLED = 3;
export const SCRIPTED = 4;

/** The one stay in a field, or in the boxes of one secret, that is going on. Its record is made once and used by every visit. */
export interface Visit {
  /** The field, or the first of the boxes. */
  info: FieldInfo | undefined;
  /** The field, or the box where the person is. */
  element: Element | undefined;
  /** When a secret field was left, by `now`: another box of it may follow. 0 while the person is there. */
  leftAt: number;
  /** When it began: by `now`, and by the clock of the document it is in. */
  since: number;
  /** Whether the clock of the logs stood still then: how long it lasts would tell how long the secret before it took. */
  still: boolean;
  focusedAt: number;
  method: number;
  /** Whether anything was entered or taken away by an event that is not in the record. */
  touched: boolean;
  deletions: number;
  /**
   * The keys, in their order: the time of a press, the time of a release below zero, 0 where the press before it entered something.
   * @example
   * // Shift down, A down, entered, A up, Shift up: a capital letter. The press of Shift entered nothing.
   * [100, 150, 0, -210, -240]
   * // Backspace down, up: a correction is no 0, and counted by `deletions`.
   * [300, -360]
   * // An on-screen keyboard without key events: the time it was entered stands for the press, and there is no release.
   * [500, 0, 640, 0]
   */
  readonly record: number[];
  /** How long the record may become: 0 where nothing is told of the rhythm. */
  room: number;
  /** Keys that entered something and are not in the record. */
  untimed: number;
}

/** What the signal does for others. */
export interface FieldVisits {
  /** The visit of that field, or of the secret it is a box of, if it is the one that is going on. */
  at(element: Element): Visit | undefined;
  /** Whether anything was seen to happen to that field, or to the secret it is a box of. */
  knows(element: Element): boolean;
  /** Whether a person entered anything there, now or earlier. */
  touched(element: Element): boolean;
  /** A field was filled by other means than keys. */
  filledBy(element: Element, method: number): void;
  /** The visit that is going on, to a field whose keys may not be counted. */
  secret(): Visit | undefined;
  /** Ends the visit as if the field was left: the page may be gone the next moment. */
  end(): void;
}
