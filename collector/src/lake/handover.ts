/** Hands items from a producer to one consumer, one at a time: the producer waits until its item is taken. */
export interface Handover<T> extends AsyncIterable<T> {
  /** Resolves once the item is taken: true; false when the consumer has gone. */
  push(item: T): Promise<boolean>;
  end(): void;
  fail(error: unknown): void;
  /** The consumer goes, also one that has not begun: its iterator's `return` is of no use before the first item is asked for. */
  close(): void;
}

/** @example for await (const item of handover) … */
export const createHandover = <T>(): Handover<T> => {
  type Step =
    | { readonly item: T; taken(wanted: boolean): void }
    | { readonly done: true }
    | { readonly error: unknown };
  const steps: Step[] = [];
  let wake: (() => void) | undefined;
  let gone = false;
  let held: ((wanted: boolean) => void) | undefined;
  const add = (step: Step): void => {
    steps.push(step);
    wake?.();
  };
  const close = (): void => {
    gone = true;
    held?.(false);
    for (const step of steps.splice(0)) if ('taken' in step) step.taken(false);
    wake?.();
  };
  return {
    close,
    push: (item) => (gone ? Promise.resolve(false) : new Promise((resolve) => add({ item, taken: resolve }))),
    end: () => add({ done: true }),
    fail: (error) => add({ error }),
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          if (gone) return;
          const step = steps.shift();
          if (!step) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
            continue;
          }
          if ('done' in step) return;
          if ('error' in step) throw step.error;
          held = step.taken;
          yield step.item;
          step.taken(true);
        }
      } finally {
        close();
      }
    },
  };
};
