/** A page of the console, as its address says. */
export interface Page {
  /** The view: the first part of the path; empty for the list of transactions. */
  readonly view: string;
  /** The parts after it, decoded. */
  readonly rest: readonly string[];
  /** What the browser calls it. */
  readonly title: string;
}

const TITLES: Readonly<Record<string, string>> = {
  '': 'Transactions',
  logs: 'Logs',
  aggregates: 'Aggregates',
  compare: 'Side by side',
  settings: 'Settings',
  health: 'Health',
  'sign-in': 'Sign in',
};

/**
 * Reads a path.
 * @returns undefined where no page has that path
 * @example pageOf('/t/m/order_1') // { view: 't', rest: ['m', 'order_1'], title: 'order_1 · Gander' }
 */
export const pageOf = (path: string): Page | undefined => {
  const parts = decoded(path);
  if (!parts) return undefined;
  const [view = '', ...rest] = parts;
  const name = view === 't' ? rest[1] : Object.hasOwn(TITLES, view) ? TITLES[view] : undefined;
  return name ? { view, rest, title: `${name} · Gander` } : undefined;
};

/** The parts of a path; undefined for a `%` that encodes nothing. */
const decoded = (path: string): string[] | undefined => {
  try {
    return path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
};
