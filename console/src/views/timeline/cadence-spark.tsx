import type { LogRow } from '@gander/collector/api';
import { ATTRIBUTE } from '@gander/log-codes';
import type { JSX } from 'preact';

const MAX_MS = 600;
const WIDTH = 84;

const value = (row: LogRow, name: string): number | undefined => {
  const found = row[name];
  return typeof found === 'number' ? found : undefined;
};

/**
 * The cadence of a typed field: time between keys (upper bar) and time a key was held (lower bar), 10th to 90th percentile with a
 * tick at the median, 0 to 600 ms. Order and count are not known, so that is all there is.
 */
export const CadenceSpark = ({ row }: { row: LogRow }): JSX.Element | null => {
  const bars = ['flight', 'dwell'].flatMap((name, i) => {
    const low = value(row, `${name}_p10_ms`);
    const mid = value(row, `${name}_p50_ms`);
    const high = value(row, `${name}_p90_ms`);
    return low === undefined || mid === undefined || high === undefined
      ? []
      : [{ name, y: 3 + i * 8, low, mid, high }];
  });
  if (bars.length === 0) return null;
  const x = (ms: number): number => (Math.min(ms, MAX_MS) / MAX_MS) * WIDTH;
  const text = bars
    .map((b) => `${b.name === 'flight' ? 'between keys' : 'key held'} ${b.mid} ms (${b.low} to ${b.high})`)
    .join(', ');
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} 16`} role="img" aria-label={text}>
      <title>{text}</title>
      {bars.map((b) => (
        <g key={b.name}>
          <line class="spark-base" x1="0" x2={WIDTH} y1={b.y + 1.5} y2={b.y + 1.5} />
          <rect
            class={`spark-${b.name}`}
            x={x(b.low)}
            width={Math.max(1.5, x(b.high) - x(b.low))}
            y={b.y}
            height="3"
            rx="1.5"
          />
          <rect class="spark-mid" x={x(b.mid) - 1} width="2" y={b.y - 1.5} height="6" />
        </g>
      ))}
    </svg>
  );
};

/** A secret field's uniformity bucket, in its word. */
export const uniformityText = (bucket: number): string => {
  const values = ATTRIBUTE.get('uniformity')?.values ?? {};
  const found = Object.entries(values).find(([, id]) => id === bucket)?.[0];
  return found === undefined || found === 'too_few' ? '' : `${found} rhythm`;
};
