import type { SavedFilter } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { getJson, sendJson } from '../../shell/api-client.ts';
import { route } from '../../shell/router.ts';

/** Filters that the user keeps under a name. */
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
    <details class="menu">
      <summary class="button">Saved</summary>
      <div>
        {filters.value.map((f) => (
          <span key={f.id} class="saved">
            <a href={`/logs?${f.query}`}>{f.name}</a>
            <button
              type="button"
              class="quiet"
              aria-label={`Forget ${f.name}`}
              onClick={() => void change(sendJson('DELETE', `/filters/${f.id}`))}
            >
              ✕
            </button>
          </span>
        ))}
        <form onSubmit={onSubmit}>
          <input
            name="name"
            required
            maxLength={80}
            placeholder="Name for these filters"
            aria-label="Name for these filters"
          />
          <button type="submit">Save</button>
        </form>
        {problem.value && <p class="problem">{problem.value}</p>}
      </div>
    </details>
  );
};
