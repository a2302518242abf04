import type { FieldInfo } from '../mask/create-field-classifier.ts';

/** Values of the attribute `method`; where several, the greatest is said. */
export const TYPED = 1;
export const PASTED = 2;
export const AUTOFILLED = 3;
export const SCRIPTED = 4;

/** The one stay in a field that is going on. Its arrays are made once and used by every visit. */
export interface Visit {
  info: FieldInfo | undefined;
  /** When it began: by `now`, and by the clock of the document it is in. */
  since: number;
  focusedAt: number;
  method: number;
  /** Whether anything was entered or taken away by an event. */
  touched: boolean;
  keys: number;
  deletions: number;
  readonly presses: Float64Array;
  readonly dwells: Float64Array;
  pressed: number;
  released: number;
  overlaps: number;
  /** Keys held down. */
  held: number;
}

/** What the signal does for others. */
export interface FieldVisits {
  /** The visit of that field, if it is the one that is going on. */
  at(element: Element): Visit | undefined;
  /** Whether anything was seen to happen to that field. */
  knows(element: Element): boolean;
  /** A field was filled by other means than keys. */
  filledBy(element: Element, method: number): void;
  /** Ends the visit as if the field was left: the page may be gone the next moment. */
  end(): void;
}
