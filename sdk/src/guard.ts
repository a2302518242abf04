import type { ATTRIBUTES } from '@gander/log-codes';

/** The parts of the SDK that a fault is counted for: values of the attribute `fault`. */
type FaultValues = Extract<(typeof ATTRIBUTES)[number], { name: 'fault' }>['values'];
export const CAPTURE = 1 satisfies FaultValues['capture'];
export const START = 6 satisfies FaultValues['start'];
export const BREAKER = 7 satisfies FaultValues['breaker'];

/** So many faults, and the SDK turns itself off: something about this page does not agree with it. */
export const MAX_FAULTS = 10;

/**
 * Contains every fault: what it wraps never throws into the page.
 * @param work what to run
 * @param fault which part it belongs to; default `capture`
 */
export type Guard = <T>(work: (argument: T) => void, fault?: number) => (argument: T) => void;

/**
 * Creates the guard that every callback of the SDK goes through.
 * @param onFault told about the first fault of each part, and with {@link BREAKER} when there were too many
 */
export const createGuard = (onFault: (fault: number, count: number) => void): Guard => {
  const parts = new Set<number>();
  let faults = 0;
  const report = (fault: number, count: number): void => {
    try {
      onFault(fault, count);
    } catch {
      // The reporter itself is broken: there is nobody left to tell.
    }
  };
  return (work, fault = CAPTURE) =>
    (argument) => {
      try {
        work(argument);
      } catch {
        if (++faults === MAX_FAULTS) report(BREAKER, faults);
        else if (!parts.has(fault)) {
          parts.add(fault);
          report(fault, faults);
        }
      }
    };
};
