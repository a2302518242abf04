import { FrameError, openFrame, readHead } from '@gander/log-codes/decode';

/**
 * How many logs a batch's frame says it holds, and the number of the first, without decoding them; 0 and 0 of one that does not even say
 * that, which will be a dead letter.
 */
export const headOf = (frame: Uint8Array): { readonly logCount: number; readonly firstLogSeq: number } => {
  try {
    return readHead(openFrame(frame));
  } catch (error) {
    if (error instanceof FrameError) return { logCount: 0, firstLogSeq: 0 };
    throw error;
  }
};
