/** Packs small frames into large buffers; see {@link createFrameSlabs}. Frames leave in the order in which they came. */
export interface FrameSlabs {
  /** Copies a frame in. @returns where it lies: grows from one frame to the next */
  keep(frame: Uint8Array): number;
  /** A copy of a frame's bytes. */
  read(at: number, length: number): Uint8Array;
  /** Says that no frame before this place is needed any more. */
  releaseBefore(at: number): void;
  /** Where the next frame would lie, at the earliest. */
  readonly end: number;
  /** Buffers alive, for tests. */
  readonly slabs: number;
}

/** Many times the largest frame (16 KiB), so that little is left at a slab's end. */
const SLAB_BYTES = 256 * 1024;
/** Empty slabs kept for the next frames: their memory is used again at once, and not after a garbage collection. */
const MAX_SPARE = 4;

/** A JavaScript buffer of its own costs some 200 bytes beside its content, as much as a whole batch of 20 logs: frames share slabs. */
export const createFrameSlabs = (): FrameSlabs => {
  const slabs: Uint8Array[] = [];
  const spare: Uint8Array[] = [];
  /** Number of `slabs[0]`. */
  let first = 0;
  /** Bytes used of the last one. */
  let used = SLAB_BYTES;
  const end = (): number => (first + slabs.length - 1) * SLAB_BYTES + used;
  return {
    get end() {
      return end();
    },
    keep(frame) {
      if (used + frame.length > SLAB_BYTES) {
        slabs.push(spare.pop() ?? new Uint8Array(SLAB_BYTES));
        used = 0;
      }
      const at = end();
      slabs.at(-1)!.set(frame, used);
      used += frame.length;
      return at;
    },
    read(at, length) {
      const from = at % SLAB_BYTES;
      return slabs[Math.floor(at / SLAB_BYTES) - first]!.slice(from, from + length);
    },
    releaseBefore(at) {
      while (slabs.length > 1 && first < Math.floor(at / SLAB_BYTES)) {
        const slab = slabs.shift()!;
        first++;
        if (spare.length < MAX_SPARE) spare.push(slab);
      }
    },
    get slabs() {
      return slabs.length;
    },
  };
};
