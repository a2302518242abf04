import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import { isDark } from '../../shell/theme.ts';

interface ChartProps {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly now: readonly (number | null)[];
  readonly before: readonly (number | null)[];
  readonly classId: number;
  readonly format: (value: number) => string;
  readonly label: string;
  /** A stretch was chosen by dragging: seconds. */
  readonly onRange: (from: number, to: number) => void;
}

const HEIGHT = 112;

/** A line over time, and dashed behind it the period before. Drag to choose a stretch. */
export const Chart = (props: ChartProps): JSX.Element => {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const { times, now, before, classId, label } = props;

  useEffect(() => {
    const element = box.current!;
    const colour = (name: string): string => {
      // A canvas knows no custom properties and no light-dark(): the browser resolves them for an element.
      element.style.color = `var(${name})`;
      const resolved = getComputedStyle(element).color;
      element.style.color = '';
      return resolved;
    };
    const line = colour(`--class-${classId}`);
    const faint = colour('--line-strong');
    const grid = colour('--line');
    const text = colour('--muted');
    const axis = {
      stroke: text,
      grid: { stroke: grid, width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
    };
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        padding: [8, 18, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
        scales: { y: { range: (_u, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
        axes: [
          {
            ...axis,
            size: 22,
            space: 70,
            values: (_u, ticks, _i, _space, step) => ticks.map((t) => timeTick(t, step)),
          },
          { ...axis, size: 46, space: 34, values: (_u, ticks) => ticks.map((v) => latest.current.format(v)) },
        ],
        series: [
          {},
          { stroke: faint, width: 1.2, dash: [4, 4], points: { show: false }, spanGaps: true },
          {
            stroke: line,
            width: 2,
            fill: line.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.1)'),
            points: { show: now.filter((v) => v !== null).length < 4, size: 6, fill: line },
            spanGaps: true,
          },
        ],
        hooks: {
          setSelect: [
            (u) => {
              if (u.select.width < 6) return;
              latest.current.onRange(
                u.posToVal(u.select.left, 'x'),
                u.posToVal(u.select.left + u.select.width, 'x'),
              );
            },
          ],
        },
      },
      [[...times], [...before], [...now]],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, now, before, classId, isDark.value]);

  return <div ref={box} class="chart" role="img" aria-label={label} />;
};

/** A time on the axis: the day where ticks are days apart, else the time of day. */
const timeTick = (seconds: number, step: number): string => {
  const date = new Date(seconds * 1000);
  return step >= 86_400
    ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
    : date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
};
