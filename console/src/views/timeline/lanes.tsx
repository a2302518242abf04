import type { LogRow } from '@gander/collector/api';
import type { ComponentChildren, JSX } from 'preact';
import { codeLabel, count, duration, fieldName, offset } from '../../shell/format.ts';
import { useRovingFocus } from '../../shell/roving-focus.ts';
import { CadenceSpark, uniformityText } from './cadence-spark.tsx';
import { describeLog } from './describe-log.ts';
import { EventIcon } from './event-icon.tsx';
import type { Lane } from './field-lanes.ts';
import { eventOf, rowKey } from './log-row.ts';
import { spreadMarks } from './spread-marks.ts';
import type { TimeScale } from './time-scale.ts';
import type { Timeline } from './timeline-model.ts';
import type { Away } from './times-away.ts';

interface LanesProps {
  /** What the chart is called for those who hear it. */
  readonly label?: string;
  readonly timeline: Timeline;
  readonly scale: TimeScale;
  readonly selected: string | undefined;
  readonly onSelect: (row: LogRow) => void;
}

/** Drawn in what is often a narrow stretch, and in full where one points at it. */
const AWAY_LABELS: Readonly<Record<Away['kind'], { short: string; full: string }>> = {
  hidden: { short: 'Hidden', full: 'Tab hidden' },
  window: { short: 'Elsewhere', full: 'Window left' },
  idle: { short: 'Idle', full: 'Idle' },
  frame: { short: 'Frame', full: 'In the payment frame' },
};

/** The chart: one row for the steps, one for each field, one for what concerns the page, all on one axis of time. */
export const Lanes = ({
  label = 'Timeline chart',
  timeline,
  scale,
  selected,
  onSelect,
}: LanesProps): JSX.Element => {
  const place = (fromMs: number, toMs: number | undefined): { left: string; width: string } => {
    const left = scale.at(fromMs);
    return { left: `${left}%`, width: `${Math.max(0, scale.at(toMs ?? timeline.endMs) - left)}%` };
  };
  /** Times away of one page: across all lanes where there is just one, else across its own. */
  const away = (session: number): JSX.Element[] =>
    timeline.away
      .filter((a) => a.session === session)
      .map((a, i) => <span key={`a${i}`} class={`away away-${a.kind}`} style={place(a.fromMs, a.toMs)} />);
  const box = useRovingFocus<HTMLDivElement>('.mark');
  const marks = (rows: readonly LogRow[]): JSX.Element[] => {
    const places = spreadMarks(rows.map((row) => scale.at(row.event_ts)));
    return rows.map((row, i) => (
      <Mark
        key={rowKey(row)}
        row={row}
        at={places[i]!}
        since={row.event_ts - timeline.startMs}
        on={selected === rowKey(row)}
        onSelect={onSelect}
      />
    ));
  };

  return (
    <div class="lanes-scroll" ref={box} role="toolbar" aria-label={label}>
      <div class="lanes">
        <div class="lanes-overlay" aria-hidden="true">
          {scale.ticks.map((t) => (
            <span key={t} class="tick-line" style={{ left: `${scale.at(t)}%` }} />
          ))}
          {timeline.sessions === 1 && away(1)}
          {scale.breaks.map((b) => (
            <span key={b.fromMs} class="break" style={place(b.fromMs, b.toMs)} />
          ))}
        </div>
        <Row label="" aside="Rhythm, time in the field">
          {scale.ticks.map((t) => (
            <span key={t} class="tick" style={{ left: `${scale.at(t)}%` }}>
              {offset(t - timeline.startMs).replace(/\.0$/, '')}
            </span>
          ))}
        </Row>
        {sessionsOf(timeline.steps).map((session) => (
          <Row key={`s${session}`} label={<StepLabel session={session} sessions={timeline.sessions} />}>
            {timeline.steps
              .filter((s) => s.session === session)
              .map((s) => (
                <span
                  key={s.fromMs}
                  class="step"
                  style={place(s.fromMs, s.toMs)}
                  title={`${s.label}: ${duration((s.toMs ?? timeline.endMs) - s.fromMs)}`}
                >
                  {s.label}
                </span>
              ))}
          </Row>
        ))}
        {(timeline.away.length > 0 || scale.breaks.length > 0) && (
          <Row label="Attention" class="row-away">
            {scale.breaks.map((b) => (
              <span
                key={`b${b.fromMs}`}
                class="break-label"
                style={place(b.fromMs, b.toMs)}
                title={`${duration(b.toMs - b.fromMs)} in which nothing happened`}
              >
                <span>≈ {duration(b.toMs - b.fromMs)}</span>
              </span>
            ))}
            {timeline.away.map((a, i) => (
              <span
                key={i}
                class={`away-label away-label-${a.kind}`}
                style={place(a.fromMs, a.toMs)}
                title={`${AWAY_LABELS[a.kind].full} for ${duration((a.toMs ?? timeline.endMs) - a.fromMs)}${timeline.sessions > 1 ? `, session ${a.session}` : ''}`}
              >
                <span>
                  {AWAY_LABELS[a.kind].short}
                  {timeline.sessions > 1 && ` · ${a.session}`}
                </span>
              </span>
            ))}
          </Row>
        )}
        {timeline.lanes.map((lane) => (
          <Row
            key={lane.key}
            label={<LaneLabel lane={lane} sessions={timeline.sessions} />}
            aside={<LaneFacts lane={lane} />}
          >
            {timeline.sessions > 1 && away(lane.session)}
            {lane.visits.map((v) => (
              <span
                key={v.fromMs}
                class={`visit visit-${v.method}`}
                style={place(v.fromMs, v.toMs)}
                title={`${fieldName(lane.field)}: ${v.method} for ${duration((v.toMs ?? timeline.endMs) - v.fromMs)}`}
              />
            ))}
            {marks(lane.marks)}
          </Row>
        ))}
        <Row label="Page and payment">
          {timeline.holes.map((h) => (
            <span
              key={h.atMs}
              class="hole"
              style={{ left: `${scale.at(h.atMs)}%` }}
              title={`${count(h.missing, 'log')} missing before ${offset(h.atMs - timeline.startMs)}`}
            >
              −{h.missing}
            </span>
          ))}
          {marks(timeline.pageMarks)}
        </Row>
      </div>
    </div>
  );
};

/** Which sessions there are steps of, the first first. */
const sessionsOf = (steps: Timeline['steps']): number[] =>
  [...new Set(steps.map((s) => s.session))].sort((a, b) => a - b);

const Row = (props: {
  label: ComponentChildren;
  aside?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}): JSX.Element => (
  <div class={`row ${props.class ?? ''}`}>
    <div class="row-label">{props.label}</div>
    <div class="track">{props.children}</div>
    <div class="row-aside">{props.aside}</div>
  </div>
);

/** Which session a row is of, where there are several. */
const SessionNo = ({ no, of }: { no: number; of: number }): JSX.Element | null =>
  of > 1 ? (
    <span class="muted" title={`Session ${no} of ${of}`}>
      {' '}
      · {no}
    </span>
  ) : null;

const StepLabel = ({ session, sessions }: { session: number; sessions: number }): JSX.Element => (
  <span>
    Step
    <SessionNo no={session} of={sessions} />
  </span>
);

const LaneLabel = ({ lane, sessions }: { lane: Lane; sessions: number }): JSX.Element => (
  <>
    <span class="lane-name">
      {fieldName(lane.field)}
      <SessionNo no={lane.session} of={sessions} />
    </span>
    <span class={`method method-${lane.method}`}>{lane.method}</span>
  </>
);

const LaneFacts = ({ lane }: { lane: Lane }): JSX.Element => (
  <>
    {lane.cadence && <CadenceSpark row={lane.cadence} />}
    {!lane.cadence && lane.uniformity !== undefined && uniformityText(lane.uniformity) && (
      <span class="rhythm">{uniformityText(lane.uniformity)}</span>
    )}
    {lane.activeMs > 0 && <span>{duration(lane.activeMs)}</span>}
    {lane.corrections > 0 && <span>{count(lane.corrections, 'correction')}</span>}
  </>
);

const Mark = (props: {
  row: LogRow;
  at: number;
  since: number;
  on: boolean;
  onSelect: (row: LogRow) => void;
}): JSX.Element => {
  const event = eventOf(props.row);
  const text = `${offset(props.since)} ${codeLabel(event)}: ${describeLog(props.row)}`;
  return (
    <button
      type="button"
      class={`mark class-${Math.floor(event / 100)}`}
      style={{ left: `${props.at}%` }}
      data-x={props.at}
      aria-label={text}
      aria-pressed={props.on}
      title={text}
      onClick={() => props.onSelect(props.row)}
    >
      <EventIcon event={event} />
    </button>
  );
};
