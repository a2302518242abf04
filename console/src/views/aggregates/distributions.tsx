import type { AggregatesAnswer, Split } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { attributeText, fieldName, typeName, versionText } from '../../shell/format.ts';
import { useRovingFocus } from '../../shell/roving-focus.ts';
import { merchantName } from '../../shell/session.ts';
import { changeText, METRICS, metricText, percent } from './metrics.ts';

const METHODS = [1, 2, 3, 4] as const;
/** Address of the logs behind a figure, by their filters. */
export type Drill = (filters: string) => string;

/** How many transactions reached each step. */
export const Steps = ({ data, drill }: { data: AggregatesAnswer; drill: Drill }): JSX.Element => {
  const most = Math.max(1, ...data.steps.map((s) => s.transactions));
  if (data.steps.length === 0) return <p class="muted">No step was reached in this time.</p>;
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
export const Methods = ({ data, drill }: { data: AggregatesAnswer; drill: Drill }): JSX.Element => {
  const fields = new Map<number, number[]>();
  for (const { field, method, n } of data.methods) {
    if (method === 0) continue;
    const row = fields.get(field) ?? [0, 0, 0, 0, 0];
    row[method] = n;
    fields.set(field, row);
  }
  const rows = [...fields].map(([field, row]) => ({ field, row, sum: row.reduce((a, b) => a + b, 0) }));
  rows.sort((a, b) => b.sum - a.sum);
  if (rows.length === 0) return <p class="muted">No field was filled in this time.</p>;
  return <MethodTable rows={rows} drill={drill} />;
};

interface MethodRow {
  readonly field: number;
  /** Visits by method. */
  readonly row: readonly number[];
  readonly sum: number;
}

const MethodTable = ({ rows, drill }: { rows: readonly MethodRow[]; drill: Drill }): JSX.Element => {
  const table = useRovingFocus<HTMLTableElement>('a');
  return (
    <table class="methods" ref={table} aria-label="How fields are filled">
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
export const Typing = ({ data, drill }: { data: AggregatesAnswer; drill: Drill }): JSX.Element => {
  const most = Math.max(1, ...data.typing.map((t) => Math.max(t.n, t.before)));
  const total = data.typing.reduce((sum, t) => sum + t.n, 0);
  const bars = useRovingFocus<HTMLDivElement>('a');
  return (
    <>
      <div
        class="histogram class-2"
        ref={bars}
        role="toolbar"
        aria-label="Typed visits by median time between two keys"
      >
        {data.typing.map((t) => {
          const text = `${t.fromMs} ${t.fromMs === 600 ? 'ms and more' : `to ${t.fromMs + 24} ms`}: ${t.n.toLocaleString('en')} visits, before ${t.before.toLocaleString('en')}`;
          return (
            <a
              key={t.fromMs}
              class="histogram-bar"
              href={drill(`code=210&typing=${t.fromMs}`)}
              title={text}
              aria-label={text}
            >
              <span class="histogram-now" style={{ height: `${(t.n / most) * 100}%` }} />
              <span class="histogram-before" style={{ bottom: `${(t.before / most) * 100}%` }} />
            </a>
          );
        })}
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

const SPLIT_NAMES: Readonly<Record<string, { title: string; label: (value: string) => string }>> = {
  merchant: { title: 'Merchant', label: merchantName },
  type: { title: 'Payment', label: (v) => typeName(Number(v)) },
  assurance: { title: 'Assurance', label: (v) => `A${v}` },
  sdk: { title: 'SDK version', label: (v) => versionText(Number(v)) },
};

/** Rows of a table; the others are a click away. */
const FIRST_ROWS = 8;

/** The main figures side by side, by merchant, payment, assurance or SDK version; in small, the change since the period before. */
export const Splits = ({ data, drill }: { data: AggregatesAnswer; drill: Drill }): JSX.Element => {
  const tables = Object.entries(SPLIT_NAMES).flatMap(([name, texts]) => {
    const rows = data.splits[name] ?? [];
    return rows.length ? [<SplitTable key={name} name={name} {...texts} rows={rows} drill={drill} />] : [];
  });
  return tables.length ? (
    <div class="splits">{tables}</div>
  ) : (
    <p class="muted">No transaction in this time.</p>
  );
};

interface SplitProps {
  readonly name: string;
  readonly title: string;
  readonly label: (value: string) => string;
  readonly rows: readonly Split[];
  readonly drill: Drill;
}

const SplitTable = ({ name, title, label, rows, drill }: SplitProps): JSX.Element => {
  const all = useSignal(false);
  const table = useRovingFocus<HTMLTableElement>('a');
  return (
    <div>
      <table ref={table} aria-label={`Figures by ${title.toLowerCase()}`}>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {SHOWN.map((m) => (
              <th key={m.id} scope="col" class="number">
                {m.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, all.value ? rows.length : FIRST_ROWS).map((row) => (
            <tr key={row.value}>
              <th scope="row">
                <a href={drill(`${name}=${row.value}`)}>{label(row.value)}</a>
              </th>
              {SHOWN.map((m) => (
                <td key={m.id} class="number">
                  <a href={drill(`${m.logs}&${name}=${row.value}`)}>{metricText(m, row.now)}</a>
                  {row.before.transactions > 0 && (
                    <span class="muted split-change">{changeText(m, row.now, row.before)}</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > FIRST_ROWS && (
        <button
          type="button"
          class="quiet"
          aria-expanded={all.value}
          onClick={() => (all.value = !all.value)}
        >
          {all.value ? 'Show fewer' : `${rows.length - FIRST_ROWS} more`}
        </button>
      )}
    </div>
  );
};

/** What a table has room for. */
const SHOWN = METRICS.slice(0, 9);
