import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { duration } from '../../shell/format.ts';
import { timelinePath } from '../../shell/paths.ts';
import { navigate, route } from '../../shell/router.ts';
import { OutcomeBadge } from '../outcome-badge.tsx';
import { CutNotice } from '../timeline/cut-notice.tsx';
import { followTransaction } from '../timeline/follow-transaction.ts';
import { Lanes } from '../timeline/lanes.tsx';
import { rowKey } from '../timeline/log-row.ts';
import { createTimeScale } from '../timeline/time-scale.ts';
import { readTimeline } from '../timeline/timeline-model.ts';
import { Verdict } from '../timeline/verdict.tsx';

/** Two transactions, one above the other, on the same scale of time. Address: `/compare?a=<merchant>/<ref>&b=<merchant>/<ref>`. */
export const CompareView = (): JSX.Element => {
  const { query } = route.value;
  const [a, b] = [query.get('a'), query.get('b')];
  return (
    <>
      <div class="page-head">
        <h1>Side by side</h1>
        <p class="muted">Both on one scale, each from its own beginning</p>
      </div>
      {a && b ? (
        <Sides ids={[a, b]} />
      ) : (
        <p class="empty">
          Open <a href="/">a transaction</a>, and say there which other order to compare it with.
        </p>
      )}
    </>
  );
};

const Sides = ({ ids }: { ids: readonly [string, string] }): JSX.Element => {
  const sides = [useFollowed(ids[0]), useFollowed(ids[1])];
  const longest = Math.max(...sides.map(lengthOf));
  return (
    <>
      {sides.map((side, i) => (
        <Side key={`${i} ${side.id}`} side={side} longest={longest} />
      ))}
    </>
  );
};

interface Followed {
  readonly id: string;
  readonly merchant: string;
  readonly transaction: string;
  readonly logs: ReturnType<typeof followTransaction>['logs']['value'];
  readonly cutAt: number | undefined;
  /** Why there are no logs, where there are none. */
  readonly problem: string;
  readonly timeline: ReturnType<typeof readTimeline>;
}

const lengthOf = ({ timeline }: Followed): number => timeline.endMs - timeline.startMs;

const useFollowed = (id: string): Followed => {
  const [merchant = '', transaction = ''] = id.split('/');
  const follow = useMemo(() => followTransaction(merchant, transaction), [id]);
  useEffect(() => follow.stop, [follow]);
  const timeline = useComputed(() => readTimeline(follow.logs.value));
  return {
    id,
    merchant,
    transaction,
    logs: follow.logs.value,
    cutAt: follow.cutAt.value,
    problem: follow.problem.value,
    timeline: timeline.value,
  };
};

const Side = ({ side, longest }: { side: Followed; longest: number }): JSX.Element => {
  const { merchant, transaction, timeline, logs, cutAt, problem } = side;
  if (logs.length === 0)
    return (
      <div class="empty" role="status">
        <h2 class="mono">{transaction}</h2>
        <p>{problem || 'Loading…'}</p>
      </div>
    );
  const stretched = { ...timeline, endMs: timeline.startMs + longest };
  const scale = createTimeScale(
    stretched.startMs,
    stretched.endMs,
    logs.map((r) => r.event_ts),
    false,
  );
  return (
    <section class="compare-side" aria-label={transaction}>
      <div class="facts">
        <OutcomeBadge outcome={timeline.outcome} />
        <a class="mono" href={timelinePath(merchant, transaction)}>
          {transaction}
        </a>
        <span>{duration(timeline.endMs - timeline.startMs)}</span>
      </div>
      <CutNotice {...{ merchant, transaction, cutAt }} startMs={timeline.startMs} />
      <Verdict timeline={timeline} quiet={false} />
      <Lanes
        label={`Timeline chart of ${transaction}`}
        timeline={{
          ...timeline,
          steps: timeline.steps.map((s) => ({ ...s, toMs: s.toMs ?? timeline.endMs })),
        }}
        scale={scale}
        selected={undefined}
        onSelect={(row) => navigate(`${timelinePath(merchant, transaction)}?at=${rowKey(row)}`)}
      />
    </section>
  );
};
