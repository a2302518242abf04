import type { JSX } from 'preact';

/** Signs of prominent events, 16 × 16; what has none shows a dot. */
const PATHS: Readonly<Record<number, string>> = {
  100: 'M5 3l8 5-8 5z',
  104: 'M13 8a5 5 0 1 1-2-4M11 1v3h-3',
  110: 'M3 8h9M8 4l4 4-4 4',
  111: 'M3 8l4 4 6-8',
  112: 'M4 4l8 8M12 4l-8 8',
  113: 'M4 4l8 8M12 4l-8 8',
  190: 'M10 3h3v10h-3M9 8H2M5 5 2 8l3 3',
  220: 'M5 3h6v2H5zM4 4v9h8V4',
  223: 'M8 2v8M5 7l3 3 3-3M3 13h10',
  230: 'M8 2l1.5 4.5L14 8l-4.5 1.5L8 14l-1.5-4.5L2 8l4.5-1.5z',
  250: 'M2 4h12v8H2zM2 7h12',
  251: 'M8 3v6M8 12v1',
  261: 'M3 3l4 10 2-4 4-2z',
  300: 'M2 8s2-4 6-4 6 4 6 4-2 4-6 4-6-4-6-4M3 13 13 3',
  301: 'M2 8s2-4 6-4 6 4 6 4-2 4-6 4-6-4-6-4M8 7v2',
  350: 'M3 3h10v10H3zM6 8h4',
  400: 'M6 4 2 8l4 4M10 4l4 4-4 4',
  401: 'M6 4 2 8l4 4M10 4l4 4-4 4',
  402: 'M3 8h10M3 5h10M3 11h10',
  403: 'M4 6h8v7H4zM8 6V3M6 9v1M10 9v1',
  404: 'M1 8h3l2-5 3 10 2-5h4',
  510: 'M8 3v6M8 12v1',
};

/** The sign of an event. */
export const EventIcon = ({ event }: { event: number }): JSX.Element => (
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    {PATHS[event] ? <path d={PATHS[event]} /> : <circle cx="8" cy="8" r="3" />}
  </svg>
);
