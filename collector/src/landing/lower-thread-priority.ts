import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** Nice value of a thread that must not take a core from the intake: about a third of its share where both want one. */
const NICE = 5;

/**
 * Makes the calling thread, and no other of this process, step back for the rest. On Linux priorities belong to threads
 * (https://man7.org/linux/man-pages/man2/setpriority.2.html, "C library/kernel differences"); elsewhere nothing happens.
 * @returns whether it was done
 */
export const lowerThreadPriority = (): boolean => {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    // 0 would mean the calling process, and more than this thread.
    if (!(thread > 0)) return false;
    setPriority(thread, Math.max(NICE, getPriority(thread)));
    return true;
  } catch {
    return false;
  }
};
