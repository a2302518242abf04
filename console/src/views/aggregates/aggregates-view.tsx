import type { AggregatesAnswer } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { getJson } from '../../shell/api-client.ts';
import { count } from '../../shell/format.ts';
import { navigate, route, setQuery } from '../../shell/router.ts';
import { me } from '../../shell/session.ts';
import { apiQuery, rangeOf } from '../logs/filter-query.ts';
import { RangeSelect } from '../logs/range-select.tsx';
import { Chart } from './chart.tsx';
import { Delivery, DeliveryByMerchant } from './delivery.tsx';
import { Methods, Splits, Steps, Typing } from './distributions.tsx';
import { changeText, METRICS, type Metric, metricText, percent } from './metrics.ts';

const REFRESH_MS = 30_000;

/** Rates and distributions over time, beside the period before; every figure leads to the logs behind it. */
export const AggregatesView = (): JSX.Element => {
  const { query } = route.value;
  const data = useSignal<AggregatesAnswer | undefined>(undefined);
  const problem = useSignal('');
  const key = query.toString();

  useEffect(() => {
    const abort = new AbortController();
    const load = (): void => {
      getJson<AggregatesAnswer>(`/aggregates?${apiQuery(query, Date.now())}`, abort.signal)
        .then((answer) => {
          data.value = answer;
          problem.value = '';
        })
        .catch((error: unknown) => {
          if (!abort.signal.aborted) problem.value = error instanceof Error ? error.message : String(error);
        });
    };
    load();
    const timer = setInterval(load, REFRESH_MS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [key]);

  const answer = data.value;
  const drill = (filters: string): string => {
    const to = new URLSearchParams(filters);
    for (const name of ['merchant', 'type', 'assurance', 'sdk']) {
      if (!to.has(name)) for (const value of query.getAll(name)) to.append(name, value);
    }
    for (const name of ['from', 'to', 'range']) {
      const value = query.get(name);
      if (value) to.set(name, value);
    }
    return `/logs?${to.toString()}`;
  };
  const merchants = me.value?.merchants ?? [];
  return (
    <div class="aggregates">
      <div class="page-head">
        <h1>Aggregates</h1>
        <p class="muted">{answer ? comparedWith(answer, query) : 'Counting…'}</p>
        <div class="page-actions">
          {merchants.length > 1 && (
            <label>
              <span class="visually-hidden">Merchant</span>
              <select
                value={query.get('merchant') ?? ''}
                onChange={(e) => setQuery({ merchant: e.currentTarget.value || null })}
              >
                <option value="">All merchants</option>
                {merchants.map((m) => (
                  <option key={m.id} value={m.id}>
                    {m.name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <RangeSelect />
          {query.get('from') && (
            <button type="button" onClick={() => setQuery({ from: null, to: null })}>
              Whole range
            </button>
          )}
        </div>
      </div>
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {!!answer?.notCounted && (
        <p class="muted">
          Without {count(answer.notCounted, 'log')} that came in the last minutes and have not landed yet.
        </p>
      )}
      {answer?.truncated && (
        <p class="muted">So much waits to land that the oldest of it is not counted here yet.</p>
      )}
      {answer && <Figures data={answer} drill={drill} />}
      {answer && (
        <div class="panes">
          <Pane title="Steps reached">
            <Steps data={answer} drill={drill} />
          </Pane>
          <Pane title="How fields are filled">
            <Methods data={answer} drill={drill} />
          </Pane>
          <Pane title="Typing speed">
            <Typing data={answer} drill={drill} />
          </Pane>
          <Pane title="Delivery">
            <Delivery data={answer} drill={drill} />
          </Pane>
          <Pane title="Side by side" wide>
            <Splits data={answer} drill={drill} />
          </Pane>
          <Pane title="Delivery by merchant" wide>
            <DeliveryByMerchant data={answer} drill={drill} />
          </Pane>
        </div>
      )}
    </div>
  );
};

const Figures = ({
  data,
  drill,
}: {
  data: AggregatesAnswer;
  drill: (filters: string) => string;
}): JSX.Element => {
  const times = useMemo(() => data.series.map((_, i) => (data.fromMs + i * data.bucketMs) / 1000), [data]);
  return (
    <div class="figures">
      {METRICS.map((metric) => (
        <Figure key={metric.id} metric={metric} data={data} times={times} href={drill(metric.logs)} />
      ))}
    </div>
  );
};

const Figure = (props: {
  metric: Metric;
  data: AggregatesAnswer;
  times: readonly number[];
  href: string;
}): JSX.Element => {
  const { metric, data, times, href } = props;
  const values = useMemo(() => {
    const of = (series: AggregatesAnswer['series']): (number | null)[] =>
      series.map((t) => (t ? metric.of(t) : metric.share ? null : 0));
    return { now: of(data.series), before: of(data.beforeSeries) };
  }, [data, metric]);
  const change = changeText(metric, data.totals, data.before);
  const up = change.startsWith('+');
  const worse = metric.worse && /^[+−]/.test(change) && up === (metric.worse === 'up');
  return (
    <section class={`figure class-${metric.classId}`} aria-label={metric.label}>
      <h2>
        <a href={href}>{metric.label}</a>
      </h2>
      <p class="figure-value">
        {metricText(metric, data.totals)} <span class={worse ? 'figure-worse' : 'muted'}>{change}</span>
      </p>
      <Chart
        times={times}
        now={values.now}
        before={values.before}
        classId={metric.classId}
        label={`${metric.label} over time: ${[metricText(metric, data.totals), change].filter(Boolean).join(', ')}`}
        format={metric.share ? percent : (v) => v.toLocaleString('en')}
        onRange={(from, to) =>
          navigate(
            `/aggregates?${new URLSearchParams({ ...Object.fromEntries(route.value.query), from: String(Math.round(from * 1000)), to: String(Math.round(to * 1000)) }).toString()}`,
          )
        }
      />
    </section>
  );
};

const Pane = ({
  title,
  wide,
  children,
}: {
  title: string;
  wide?: boolean;
  children: ComponentChildren;
}): JSX.Element => (
  <section class={wide ? 'pane pane-wide' : 'pane'}>
    <h2>{title}</h2>
    {children}
  </section>
);

/** What the changes are measured against, and what a figure is good for. */
const comparedWith = ({ before }: AggregatesAnswer, query: URLSearchParams): string => {
  const period = `the ${query.get('from') ? 'same length' : rangeOf(query).label.replace(/^1 /, '')} before`;
  const compared = before.transactions ? `against ${period}` : `nothing came in ${period} to compare with`;
  return `${compared} · each figure leads to its logs`;
};
