import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Where a mark stands: its row, and how far along in it. */
interface Place {
  readonly item: HTMLElement;
  readonly row: Element;
  readonly x: number;
}

const ROWS = 'tr, .row';

/**
 * Makes a chart, or a table full of links, one stop for Tab. Left and right move along a row, up and down to the nearest mark of the
 * next row that has one, Home and End to the row's ends, with Ctrl to the first and the last of all.
 * A row is a `tr` or a `.row`, else there is just one; along it marks stand by `data-x`, else by their cell, else in their order.
 * @see https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/#kbd_roving_tabindex
 * @param selector of the marks, each of which takes the focus
 * @example <div ref={useRovingFocus('a')} role="toolbar" aria-label="Typing speed">
 */
export const useRovingFocus = <E extends HTMLElement>(selector: string): RefObject<E> => {
  const box = useRef<E>(null) as RefObject<E>;
  const stop = useRef<HTMLElement | undefined>(undefined);
  const items = (): HTMLElement[] => [...(box.current?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const stopAt = (item: HTMLElement | undefined, all: readonly HTMLElement[]): void => {
    stop.current = item;
    for (const other of all) other.tabIndex = other === item ? 0 : -1;
  };

  // After every render: marks come and go while one looks.
  useLayoutEffect(() => {
    const all = items();
    const kept = stop.current && all.includes(stop.current) ? stop.current : undefined;
    stopAt(kept ?? all.find((item) => item.getAttribute('aria-pressed') === 'true') ?? all[0], all);
  });

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const markOf = (target: EventTarget | null): HTMLElement | undefined =>
      items().find((item) => item === target);
    const onFocus = ({ target }: FocusEvent): void => {
      const mark = markOf(target);
      if (mark) stopAt(mark, items());
    };
    const onKey = (event: KeyboardEvent): void => {
      const from = markOf(event.target);
      if (!from || event.altKey || event.metaKey) return;
      const to = moved(placesOf(items(), element), from, event.key, event.ctrlKey);
      if (!to) return;
      event.preventDefault();
      to.focus();
    };
    element.addEventListener('focusin', onFocus);
    element.addEventListener('keydown', onKey);
    return () => {
      element.removeEventListener('focusin', onFocus);
      element.removeEventListener('keydown', onKey);
    };
  }, []);
  return box;
};

const placesOf = (items: readonly HTMLElement[], box: Element): Place[] =>
  items.map((item, i) => {
    const cell = item.closest<HTMLTableCellElement>('td, th');
    return { item, row: item.closest(ROWS) ?? box, x: Number(item.dataset.x ?? cell?.cellIndex ?? i) };
  });

/** Where a key leads from a mark; undefined for a key that moves nothing. */
const moved = (
  places: readonly Place[],
  from: HTMLElement,
  key: string,
  all: boolean,
): HTMLElement | undefined => {
  const here = places.find(({ item }) => item === from)!;
  const rows = [...new Set(places.map(({ row }) => row))];
  const inRow = (row: Element | undefined): Place[] =>
    places.filter((place) => place.row === row).sort((a, b) => a.x - b.x);
  const own = inRow(here.row);
  const nearest = (step: number): Place | undefined =>
    inRow(rows[rows.indexOf(here.row) + step]).reduce<Place | undefined>(
      (best, place) => (best && Math.abs(best.x - here.x) <= Math.abs(place.x - here.x) ? best : place),
      undefined,
    );
  switch (key) {
    case 'ArrowLeft':
      return (own[own.indexOf(here) - 1] ?? here).item;
    case 'ArrowRight':
      return (own[own.indexOf(here) + 1] ?? here).item;
    case 'ArrowUp':
      return (nearest(-1) ?? here).item;
    case 'ArrowDown':
      return (nearest(1) ?? here).item;
    case 'Home':
      return (all ? inRow(rows[0]) : own)[0]?.item;
    case 'End':
      return (all ? inRow(rows.at(-1)) : own).at(-1)?.item;
    default:
      return undefined;
  }
};
