import type { SavedFilter } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { getJson, sendJson } from '../../shell/api-client.ts';
import { Menu } from '../../shell/menu.tsx';
import { route } from '../../shell/router.ts';
import { may, me, merchantName } from '../../shell/session.ts';

/** Filters that the user keeps under a name, and those that others share. */
export const SavedFilters = (): JSX.Element => {
  const filters = useSignal<readonly SavedFilter[]>([]);
  const problem = useSignal('');
  const load = async (): Promise<void> => {
    filters.value = (await getJson<{ filters: SavedFilter[] }>('/filters')).filters;
  };
  useEffect(() => void load().catch(() => undefined), []);

  const change = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
      problem.value = '';
      await load();
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const name = new FormData(form).get('name');
    const query = new URLSearchParams(route.value.query);
    query.delete('at');
    void change(sendJson('POST', '/filters', { name, query: query.toString() })).then(() => form.reset());
  };
  return (
    <Menu label="Saved">
      {filters.value.map((f) => (
        <span key={f.id} class="saved">
          <a href={`/logs?${f.query}`}>{f.name}</a>
          <Sharing filter={f} change={change} />
          {f.own && (
            <button
              type="button"
              class="quiet"
              aria-label={`Forget ${f.name}`}
              onClick={() => void change(sendJson('DELETE', `/filters/${f.id}`))}
            >
              ✕
            </button>
          )}
        </span>
      ))}
      <form onSubmit={onSubmit}>
        <input
          name="name"
          required
          maxLength={80}
          placeholder="Name these filters"
          aria-label="Name for these filters"
        />
        <button type="submit">Save</button>
      </form>
      {problem.value && <p class="problem">{problem.value}</p>}
    </Menu>
  );
};

/** With whose users a filter is shared; a way to share one's own, and to take that back. */
const Sharing = ({
  filter,
  change,
}: {
  filter: SavedFilter;
  change: (work: Promise<unknown>) => Promise<void>;
}): JSX.Element | null => {
  const { id, name, own, merchant } = filter;
  const path = (of: string): string => `/merchants/${of}/filters/${id}`;
  if (merchant !== null) {
    const shared = `shared with ${merchantName(merchant)}`;
    if (!may('share', merchant)) return <span class="muted small">{shared}</span>;
    return (
      <button
        type="button"
        class="quiet small"
        aria-label={`Stop sharing ${name}`}
        onClick={() => void change(sendJson('DELETE', path(merchant)))}
      >
        {shared}: stop
      </button>
    );
  }
  const merchants = (me.value?.merchants ?? []).filter((m) => may('share', m.id));
  if (!own || merchants.length === 0) return null;
  return (
    <select
      class="small"
      aria-label={`Share ${name} with the users of`}
      onChange={(e) => void change(sendJson('PUT', path(e.currentTarget.value)))}
    >
      <option value="">Share…</option>
      {merchants.map((m) => (
        <option key={m.id} value={m.id}>
          with {m.name}
        </option>
      ))}
    </select>
  );
};
