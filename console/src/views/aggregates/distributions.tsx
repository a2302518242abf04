import type { AggregatesAnswer, Totals } from '@gander/collector/api';
import type { JSX } from 'preact';
import { attributeText, fieldName, typeName, versionText } from '../../shell/format.ts';
import { merchantName } from '../../shell/session.ts';
import { METRICS, metricText, percent } from './metrics.ts';

const METHODS = [1, 2, 3, 4] as const;

/** How many transactions reached each step. */
export const Steps = ({
  data,
  drill,
}: {
  data: AggregatesAnswer;
  drill: (filters: string) => string;
}): JSX.Element => {
  const most = Math.max(1, ...data.steps.map((s) => s.transactions));
  return (
    <ol class="bars">
      {data.steps.map((s, i) => {
        const previous = data.steps[i - 1]?.transactions ?? 0;
        const lost = previous > s.transactions ? percent(1 - s.transactions / previous) : '';
        return (
          <li key={s.step}>
            <a href={drill(`code=103&step=${s.step}`)}>{s.step}</a>
            <span class="bar class-1">
              <span style={{ width: `${(s.transactions / most) * 100}%` }} />
            </span>
            <span class="number">{s.transactions.toLocaleString('en')}</span>
            <span class="muted number">{lost && `−${lost}`}</span>
          </li>
        );
      })}
    </ol>
  );
};

/** How each class of field was filled: shares of its visits in which something was entered. */
export const Methods = ({
  data,
  drill,
}: {
  data: AggregatesAnswer;
  drill: (filters: string) => string;
}): JSX.Element => {
  const fields = new Map<number, number[]>();
  for (const { field, method, n } of data.methods) {
    if (method === 0) continue;
    const row = fields.get(field) ?? [0, 0, 0, 0, 0];
    row[method] = n;
    fields.set(field, row);
  }
  const rows = [...fields].map(([field, row]) => ({ field, row, sum: row.reduce((a, b) => a + b, 0) }));
  rows.sort((a, b) => b.sum - a.sum);
  return (
    <table class="methods">
      <thead>
        <tr>
          <th scope="col">Field</th>
          {METHODS.map((m) => (
            <th key={m} scope="col" class="number">
              {attributeText('method', m)}
            </th>
          ))}
          <th scope="col" class="number">
            visits
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ field, row, sum }) => (
          <tr key={field}>
            <th scope="row">{fieldName(field)}</th>
            {METHODS.map((m) => (
              <td
                key={m}
                class={`number heat class-${m === 4 ? 4 : 2}`}
                style={{ '--heat': `${Math.round((row[m]! / sum) * 55)}%` }}
              >
                {row[m] ? (
                  <a href={drill(`code=201&field=${field}&method=${m}`)}>{percent(row[m]! / sum)}</a>
                ) : (
                  <span class="muted">–</span>
                )}
              </td>
            ))}
            <td class="number muted">{sum.toLocaleString('en')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** Typed visits by the median time between two keys. */
export const Typing = ({ data }: { data: AggregatesAnswer }): JSX.Element => {
  const most = Math.max(1, ...data.typing.map((t) => Math.max(t.n, t.before)));
  const total = data.typing.reduce((sum, t) => sum + t.n, 0);
  return (
    <>
      <div
        class="histogram class-2"
        role="img"
        aria-label={`${total} typed visits by the median time between keys`}
      >
        {data.typing.map((t) => (
          <span
            key={t.fromMs}
            class="histogram-bar"
            title={`${t.fromMs} to ${t.fromMs + 25} ms: ${t.n} (before: ${t.before})`}
          >
            <span class="histogram-now" style={{ height: `${(t.n / most) * 100}%` }} />
            <span class="histogram-before" style={{ bottom: `${(t.before / most) * 100}%` }} />
          </span>
        ))}
      </div>
      <p class="histogram-axis muted">
        <span>0 ms</span>
        <span>150</span>
        <span>300</span>
        <span>450</span>
        <span>600+</span>
      </p>
      <p class="muted">
        Median time between two keys, {total.toLocaleString('en')} typed visits. Line: the period before.
      </p>
    </>
  );
};

/** Logs that SDKs dropped, by reason. */
export const Dropped = ({
  data,
  drill,
}: {
  data: AggregatesAnswer;
  drill: (filters: string) => string;
}): JSX.Element =>
  data.dropped.length === 0 ? (
    <p class="muted">No SDK dropped a log.</p>
  ) : (
    <ul class="bars">
      {data.dropped.map((d) => (
        <li key={d.reason}>
          <a href={drill('code=510')}>{attributeText('drop_reason', d.reason)}</a>
          <span class="bar class-5">
            <span style={{ width: `${(d.n / data.dropped[0]!.n) * 100}%` }} />
          </span>
          <span class="number">{d.n.toLocaleString('en')}</span>
          <span />
        </li>
      ))}
    </ul>
  );

const SPLIT_NAMES: Readonly<Record<string, { title: string; label: (value: string) => string }>> = {
  merchant: { title: 'Merchant', label: merchantName },
  type: { title: 'Payment', label: (v) => typeName(Number(v)) },
  assurance: { title: 'Assurance', label: (v) => `A${v}` },
  sdk: { title: 'SDK version', label: (v) => versionText(Number(v)) },
};

/** The main figures side by side, by merchant, payment, assurance or SDK version. */
export const Splits = ({
  data,
  drill,
}: {
  data: AggregatesAnswer;
  drill: (filters: string) => string;
}): JSX.Element => (
  <div class="splits">
    {Object.entries(SPLIT_NAMES).map(([name, { title, label }]) => {
      const rows = data.splits[name] ?? [];
      if (rows.length === 0) return null;
      return (
        <table key={name}>
          <thead>
            <tr>
              <th scope="col">{title}</th>
              {METRICS.slice(0, 8).map((m) => (
                <th key={m.id} scope="col" class="number">
                  {m.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row: { value: string } & Totals) => (
              <tr key={row.value}>
                <th scope="row">
                  <a href={drill(`${name}=${row.value}`)}>{label(row.value)}</a>
                </th>
                {METRICS.slice(0, 8).map((m) => (
                  <td key={m.id} class="number">
                    {metricText(m, row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
    })}
  </div>
);
