/** Where a frame lies. */
export interface SlabFrame {
  readonly slab: Slab;
  readonly from: number;
  readonly length: number;
}

interface Slab {
  readonly bytes: Uint8Array;
  /** Frames in it that are still held. */
  held: number;
}

/** Packs small frames into large buffers; see {@link createFrameSlabs}. */
export interface FrameSlabs {
  /** Copies a frame in. */
  keep(frame: Uint8Array): SlabFrame;
  /** The frame's bytes, not to be changed. */
  read(frame: SlabFrame): Uint8Array;
  /** Says that a frame is not needed any more. */
  release(frame: SlabFrame): void;
  /** Buffers alive, for tests. */
  readonly slabs: number;
}

const SLAB_BYTES = 256 * 1024;

/**
 * A JavaScript buffer of its own costs some 200 bytes beside its content, as much as a whole batch of 20 logs. So frames are copied
 * into slabs of 256 KiB. Frames come and go in the same order, so a slab is empty soon after its first frame left.
 */
export const createFrameSlabs = (): FrameSlabs => {
  let current: Slab | undefined;
  let used = 0;
  let slabs = 0;
  return {
    keep(frame) {
      if (!current || used + frame.length > current.bytes.length) {
        if (current?.held === 0) slabs--;
        current = { bytes: new Uint8Array(Math.max(SLAB_BYTES, frame.length)), held: 0 };
        slabs++;
        used = 0;
      }
      current.bytes.set(frame, used);
      current.held++;
      used += frame.length;
      return { slab: current, from: used - frame.length, length: frame.length };
    },
    read: ({ slab, from, length }) => slab.bytes.subarray(from, from + length),
    release({ slab }) {
      slab.held--;
      if (slab.held === 0 && slab !== current) slabs--;
    },
    get slabs() {
      return slabs;
    },
  };
};
