import type { SearchAnswer } from '@gander/collector/api';
import { type ReadonlySignal, signal } from '@preact/signals';
import { getJson } from './api-client.ts';

export type Found = SearchAnswer['found'];

/** A search as somebody types. */
export interface Search {
  /** What was found last; undefined when nothing is asked for. */
  readonly found: ReadonlySignal<Found | undefined>;
  readonly problem: ReadonlySignal<string>;
  /** Looks for a text once it stands there for a moment. */
  look(text: string): void;
  /** What a text means: the reference itself, else the first that begins like it; undefined without one, or once the text is another. */
  best(text: string): Promise<Found[number] | undefined>;
  /** Forgets what was found and what is asked for. */
  clear(): void;
}

const WAIT_MS = 200;
/** As the server takes it (docs/console.md). */
const LEAST_LENGTH = 2;

export const openSearch = (): Search => {
  const found = signal<Found | undefined>(undefined);
  const problem = signal('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The text that stands in the box, and the one that `found` answers. */
  let asked = '';
  let answered = '';

  const clear = (): void => {
    clearTimeout(timer);
    asked = '';
    answered = '';
    found.value = undefined;
    problem.value = '';
  };
  const ask = async (text: string): Promise<void> => {
    try {
      const answer = await getJson<SearchAnswer>(`/search?q=${encodeURIComponent(text)}`);
      if (asked !== text) return;
      answered = text;
      found.value = answer.found;
      problem.value = '';
    } catch (error) {
      if (asked === text) problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  return {
    found,
    problem,
    clear,
    look(text) {
      if (text.length < LEAST_LENGTH) return clear();
      clearTimeout(timer);
      asked = text;
      timer = setTimeout(() => void ask(text), WAIT_MS);
    },
    async best(text) {
      if (text.length < LEAST_LENGTH) return undefined;
      clearTimeout(timer);
      asked = text;
      if (answered !== text) await ask(text);
      if (asked !== text || answered !== text) return undefined;
      return found.value?.find((f) => f.transaction === text) ?? found.value?.[0];
    },
  };
};
