/** A place in the journal: everything before `offset` of `segment`, and all earlier segments, lie before it. */
export interface Position {
  /** Number of the segment, from 1, growing by one. */
  readonly segment: number;
  /** Bytes from the start of the segment's file. */
  readonly offset: number;
}

/** Before everything. */
export const JOURNAL_START: Position = { segment: 0, offset: 0 };

/** Negative when `a` lies before `b`, 0 when they are the same, positive when after. */
export const comparePositions = (a: Position, b: Position): number =>
  a.segment - b.segment || a.offset - b.offset;
