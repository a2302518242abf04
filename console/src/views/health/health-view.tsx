import type { HealthAnswer } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { getJson } from '../../shell/api-client.ts';
import { bytes } from './bytes.ts';
import { DeadLetters } from './dead-letters.tsx';

const REFRESH_MS = 3000;

/** How the installation is doing. */
export const HealthView = (): JSX.Element => {
  const data = useSignal<HealthAnswer | undefined>(undefined);
  const problem = useSignal('');
  const load = useRef(async (): Promise<void> => {
    try {
      data.value = await getJson<HealthAnswer>('/health');
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
  const d = data.value;
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
      {d && <Parts data={d} />}
      {d && (
        <DeadLetters groups={d.deadLetters} canRedrive={d.canRedrive} onDone={() => void load.current()} />
      )}
    </>
  );
};

const Parts = ({ data }: { data: HealthAnswer }): JSX.Element => {
  const value = (name: string): number =>
    data.metrics.filter((m) => m.name === `gander_${name}`).reduce((sum, m) => sum + m.value, 0);
  const refused = data.metrics.filter((m) => m.name === 'gander_refused_batches_total' && m.value > 0);
  const { landing, live } = data;
  return (
    <div class="health">
      <Part title="Intake" bad={value('redis_up') < 0}>
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
      </Part>
      <Part title="Journal" bad={value('journal_failures_total') > 0}>
        <Line name="Size">{bytes(value('journal_bytes'))}</Line>
        <Line name="Segments">{value('journal_segments')}</Line>
        <Line name="Batches waiting for the disk">{value('journal_waiting_batches')}</Line>
        <Line name="Failed writes">{value('journal_failures_total')}</Line>
        <Line name="Bytes cut at the start">{value('journal_cut_bytes_total')}</Line>
      </Part>
      {landing && (
        <Part title="Landing" bad={landing.failing !== null || landing.deadLetters > 0}>
          <Line name="State">{landing.failing ?? 'well'}</Line>
          <Line name="Logs landed">{landing.rows}</Line>
          <Line name="Objects">{landing.objects}</Line>
          <Line name="Compressed">{bytes(landing.bytes)}</Line>
          <Line name="Dead letters since the start">{landing.deadLetters}</Line>
          <Line name="Restarts of its thread">{landing.restarts}</Line>
        </Part>
      )}
      <Part title="Lake" bad={value('upkeep_runs_total') < 0}>
        <Line name="Logs compacted">{value('compacted_rows_total')}</Line>
        <Line name="Objects compacted">{value('compacted_objects_total')}</Line>
        <Line name="Copies left out">{value('compaction_dropped_rows_total')}</Line>
        <Line name="Objects past their time">{value('retention_removed_objects_total')}</Line>
      </Part>
      <Part title="Live" bad={live.evictedForMemory > 0}>
        <Line name="Transactions">{live.transactions}</Line>
        <Line name="Batches">{live.batches}</Line>
        <Line name="Memory">{bytes(live.bytes)}</Line>
        <Line name="Let go early">{live.evictedForMemory}</Line>
      </Part>
    </div>
  );
};

const Part = ({
  title,
  bad,
  children,
}: {
  title: string;
  bad: boolean;
  children: ComponentChildren;
}): JSX.Element => (
  <section class={bad ? 'health-part health-bad' : 'health-part'}>
    <h2>
      {title} <span class="badge">{bad ? 'Look here' : 'Well'}</span>
    </h2>
    <dl>{children}</dl>
  </section>
);

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
