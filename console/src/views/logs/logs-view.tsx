import type { AnyLogRow, FacetsAnswer, LogRow } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { getJson } from '../../shell/api-client.ts';
import { dateTime } from '../../shell/format.ts';
import { navigate, route, setQuery } from '../../shell/router.ts';
import { LogPanel } from '../timeline/log-panel.tsx';
import { rowKey } from '../timeline/log-row.ts';
import { ExportMenu } from './export-menu.tsx';
import { FacetPanel } from './facet-panel.tsx';
import { apiQuery, FILTER_NAMES, FILTERS, rangeOf, toggled, valueLabel } from './filter-query.ts';
import { LogTable } from './log-table.tsx';
import { openLogList } from './open-log-list.ts';
import { RangeSelect } from './range-select.tsx';
import { SavedFilters } from './saved-filters.tsx';

/** How often counts are read again while logs come in, ms. */
const COUNT_MS = 5000;

/** Every log, by filters that stand in the address. */
export const LogsView = (): JSX.Element => {
  const { query } = route.value;
  const filterKey = [...query].filter(([name]) => name !== 'at').join('&');
  const api = useMemo(() => apiQuery(query, Date.now()), [filterKey]);
  const list = useMemo(() => openLogList(api), [api]);
  const facets = useSignal<FacetsAnswer | undefined>(undefined);
  const atTop = useSignal(true);
  const picked = useSignal<AnyLogRow | undefined>(undefined);

  useEffect(() => list.stop, [list]);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (): Promise<void> => {
      facets.value = await getJson<FacetsAnswer>(`/logs/facets?${api}`, abort.signal).catch(
        () => facets.value,
      );
      again();
    };
    // The next only after the last: a slow lake is not asked twice at once.
    const again = (): void => {
      if (abort.signal.aborted) return;
      timer = setTimeout(() => (list.tailing.value ? void load() : again()), COUNT_MS);
    };
    void load();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [api]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') picked.value = undefined;
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  const rows = list.rows.value;
  const tailing = list.tailing.value;
  return (
    <div class="logs">
      <div class="page-head">
        <h1>Logs</h1>
        <p class="muted" role="status">
          {facets.value
            ? `${facets.value.truncated ? 'At least ' : ''}${facets.value.total.toLocaleString('en')} in ${rangeLabel(query)}`
            : list.state.value === 'failed'
              ? ''
              : 'Counting…'}
        </p>
        <div class="page-actions">
          <button
            type="button"
            class={tailing ? 'primary' : ''}
            aria-pressed={tailing}
            onClick={() => (tailing ? list.pause() : list.resume())}
          >
            {tailing ? '❚❚ Pause' : '▶ Live tail'}
          </button>
          <RangeSelect />
          <SavedFilters />
          <ExportMenu query={api} total={facets.value?.total ?? 0} />
        </div>
      </div>
      <Chosen />
      <div class="logs-body">
        <details class="facets-box" open={matchMedia('(min-width: 900px)').matches}>
          <summary>Filters</summary>
          <FacetPanel facets={facets.value} />
        </details>
        <div class={picked.value ? 'split split-open' : 'split'}>
          <section aria-label="Logs">
            {list.problem.value && (
              <p class="problem" role="alert">
                {list.problem.value}
              </p>
            )}
            {list.state.value === 'ready' && rows.length === 0 && (
              <div class="empty">
                <h2>No log passes these filters</h2>
                <p>Take a filter away, or look further back.</p>
              </div>
            )}
            {rows.length > 0 && (
              <LogTable
                rows={rows}
                selected={picked.value && rowKey(picked.value)}
                onSelect={(row) =>
                  (picked.value = picked.value && rowKey(picked.value) === rowKey(row) ? undefined : row)
                }
                onEnd={list.more}
                onTop={(top) => (atTop.value = top)}
              />
            )}
          </section>
          {picked.value && (
            <LogPanel
              merchant={picked.value.merchant}
              transaction={picked.value.transaction}
              row={picked.value as unknown as LogRow}
              onClose={() => (picked.value = undefined)}
            />
          )}
        </div>
      </div>
    </div>
  );
};

/** What is chosen, each to be taken away by a click. */
const Chosen = (): JSX.Element | null => {
  const { query } = route.value;
  const chosen = FILTER_NAMES.flatMap((name) => query.getAll(name).map((value) => ({ name, value })));
  const from = query.get('from');
  if (chosen.length === 0 && !from) return null;
  return (
    <div class="chosen">
      {chosen.map(({ name, value }) => (
        <button
          key={`${name}${value}`}
          type="button"
          onClick={() => navigate(`/logs?${toggled(query, name, value)}`, { replace: true })}
        >
          <span class="muted">{FILTERS[name].title}</span> {valueLabel(name, value)}{' '}
          <span aria-hidden="true">✕</span>
          <span class="visually-hidden">: take away</span>
        </button>
      ))}
      {from && (
        <button type="button" onClick={() => setQuery({ from: null, to: null })}>
          <span class="muted">from</span> {dateTime(Number(from))}
          {query.has('to') && (
            <>
              {' '}
              <span class="muted">to</span> {dateTime(Number(query.get('to')))}
            </>
          )}{' '}
          <span aria-hidden="true">✕</span>
        </button>
      )}
      <button type="button" class="quiet" onClick={() => navigate('/logs', { replace: true })}>
        Clear all
      </button>
    </div>
  );
};

const rangeLabel = (query: URLSearchParams): string =>
  query.has('from') ? 'the chosen time' : `the last ${rangeOf(query).label}`;
