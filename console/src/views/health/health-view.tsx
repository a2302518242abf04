import type { HealthAnswer } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { getJson } from '../../shell/api-client.ts';
import { bytes } from './bytes.ts';
import { DeadLetters } from './dead-letters.tsx';
import { type Judgement, judgeHealth, metricOf } from './judge-health.ts';

const REFRESH_MS = 3000;
/** What counters rose by is said of so many answers: a minute. */
const KEPT = 60_000 / REFRESH_MS;

/** How the installation is doing. */
export const HealthView = (): JSX.Element => {
  const answers = useSignal<readonly HealthAnswer[]>([]);
  const problem = useSignal('');
  const load = useRef(async (): Promise<void> => {
    try {
      const answer = await getJson<HealthAnswer>('/health');
      answers.value = [...answers.value.slice(-KEPT), answer];
      problem.value = '';
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const loop = async (): Promise<void> => {
      await load.current();
      if (!stopped) timer = setTimeout(() => void loop(), REFRESH_MS);
    };
    void loop();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, []);
  const d = answers.value.at(-1);
  return (
    <>
      <div class="page-head">
        <h1>Health</h1>
      </div>
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {d && <Parts data={d} judgement={judgeHealth(d, answers.value[0])} />}
      {d && (
        <DeadLetters groups={d.deadLetters} canRedrive={d.canRedrive} onDone={() => void load.current()} />
      )}
    </>
  );
};

const Parts = ({ data, judgement }: { data: HealthAnswer; judgement: Judgement }): JSX.Element => {
  const value = (name: string): number => metricOf(data, name) ?? 0;
  const redis = metricOf(data, 'redis_up');
  const refused = data.metrics.filter((m) => m.name === 'gander_refused_batches_total' && m.value > 0);
  const { landing, live } = data;
  return (
    <div class="health">
      <Part title="Intake" wrong={judgement.intake}>
        <Line name="Batches acknowledged">{value('acknowledged_batches_total')}</Line>
        <Line name="Logs in them">{value('acknowledged_logs_total')}</Line>
        <Line name="Sent again, kept once">{value('duplicate_batches_total')}</Line>
        <Line name="Late">{value('late_batches_total')}</Line>
        <Line name="Refused">{value('refused_batches_total')}</Line>
        {refused.map((r) => (
          <Line key={JSON.stringify(r.labels)} name={`– ${r.labels.reason ?? '?'}`} faint>
            {r.value}
          </Line>
        ))}
        {redis !== undefined && <Line name="Redis">{redis ? 'answers' : 'does not answer'}</Line>}
      </Part>
      <Part title="Journal" wrong={judgement.journal}>
        <Line name="Size">{bytes(value('journal_bytes'))}</Line>
        <Line name="Segments">{value('journal_segments')}</Line>
        <Line name="Batches waiting for the disk">{value('journal_waiting_batches')}</Line>
        <Line name="Failed writes">{value('journal_failures_total')}</Line>
        <Line name="Bytes cut at the start">{value('journal_cut_bytes_total')}</Line>
      </Part>
      {landing && (
        <Part title="Landing" wrong={judgement.landing}>
          <Line name="Logs landed">{landing.rows}</Line>
          <Line name="Objects">{landing.objects}</Line>
          <Line name="Compressed">{bytes(landing.bytes)}</Line>
          <Line name="Dead letters since the start">{landing.deadLetters}</Line>
          <Line name="Restarts of its thread">{landing.restarts}</Line>
        </Part>
      )}
      <Part title="Lake" wrong={judgement.lake}>
        <Line name="Runs of upkeep">{value('upkeep_runs_total')}</Line>
        <Line name="Logs compacted">{value('compacted_rows_total')}</Line>
        <Line name="Objects compacted">{value('compacted_objects_total')}</Line>
        <Line name="Copies left out">{value('compaction_dropped_rows_total')}</Line>
        <Line name="Objects past their time">{value('retention_removed_objects_total')}</Line>
      </Part>
      <Part title="Live" wrong={judgement.live}>
        <Line name="Transactions">{live.transactions}</Line>
        <Line name="Batches">{live.batches}</Line>
        <Line name="Memory">{bytes(live.bytes)}</Line>
        <Line name="Let go early">{live.evictedForMemory}</Line>
      </Part>
    </div>
  );
};

const Part = (props: {
  title: string;
  wrong: readonly string[];
  children: ComponentChildren;
}): JSX.Element => {
  const bad = props.wrong.length > 0;
  return (
    <section class={bad ? 'health-part health-bad' : 'health-part'}>
      <h2>
        {props.title} <span class="badge">{bad ? 'Look here' : 'OK'}</span>
      </h2>
      {props.wrong.map((text) => (
        <p key={text} class="health-wrong">
          {text}
        </p>
      ))}
      <dl>{props.children}</dl>
    </section>
  );
};

const Line = ({
  name,
  faint,
  children,
}: {
  name: string;
  faint?: boolean;
  children: ComponentChildren;
}): JSX.Element => (
  <div class={faint ? 'muted' : ''}>
    <dt>{name}</dt>
    <dd>{typeof children === 'number' ? children.toLocaleString('en') : children}</dd>
  </div>
);
