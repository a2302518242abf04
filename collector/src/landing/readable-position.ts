import { JOURNAL_START, type Position } from '../journal/position.ts';

/** Up to where what was landed can be read; made by {@link createReadablePosition}. */
export interface ReadablePosition {
  /** Says that everything before `position` is landed. */
  landed(position: Position): void;
  get(): Position;
}

/**
 * An object that landing stored can be read at once; what Firehose took is in an object only when its buffer is old enough.
 * @param delayMs from landing until it can be read
 * @param monotonic ms
 */
export const createReadablePosition = (delayMs: number, monotonic: () => number): ReadablePosition => {
  let readable = JOURNAL_START;
  const waiting: { readonly at: number; readonly position: Position }[] = [];
  const get = (): Position => {
    while (waiting.length > 0 && waiting[0]!.at <= monotonic()) readable = waiting.shift()!.position;
    return readable;
  };
  return {
    landed(position) {
      waiting.push({ at: monotonic() + delayMs, position });
      get();
    },
    get,
  };
};
