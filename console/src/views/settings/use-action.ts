import { type Signal, useSignal } from '@preact/signals';

/** What a page does to the server, and what went wrong the last time. */
export interface Action {
  readonly problem: Signal<string>;
  /** Does something, says what went wrong, and shows what is there now. */
  act<T>(work: Promise<T>): Promise<T | undefined>;
}

/** @param reload reads again what the page shows */
export const useAction = (reload: () => Promise<unknown>): Action => {
  const problem = useSignal('');
  return {
    problem,
    act: async (work) => {
      try {
        const answer = await work;
        problem.value = '';
        await reload();
        return answer;
      } catch (error) {
        problem.value = error instanceof Error ? error.message : String(error);
        return undefined;
      }
    },
  };
};
