import type { SearchAnswer } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { getJson } from './api-client.ts';
import { ago } from './format.ts';
import { timelinePath } from './paths.ts';
import { navigate } from './router.ts';

const WAIT_MS = 200;

/** Finds a transaction by the beginning of its reference or of a session's id. */
export const SearchBox = (): JSX.Element => {
  const found = useSignal<SearchAnswer['found'] | undefined>(undefined);
  const timer = useSignal<ReturnType<typeof setTimeout> | undefined>(undefined);
  const asked = useSignal('');

  const look = (text: string): void => {
    clearTimeout(timer.peek());
    asked.value = text;
    if (text.length < 2) {
      found.value = undefined;
      return;
    }
    timer.value = setTimeout(() => {
      getJson<SearchAnswer>(`/search?q=${encodeURIComponent(text)}`)
        .then((answer) => {
          if (asked.peek() === text) found.value = answer.found;
        })
        .catch(() => undefined);
    }, WAIT_MS);
  };
  const go = (form: HTMLFormElement, to: SearchAnswer['found'][number] | undefined): void => {
    if (!to) return;
    form.reset();
    found.value = undefined;
    navigate(timelinePath(to.merchant, to.transaction));
  };
  return (
    <search>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          go(event.currentTarget, found.value?.[0]);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') found.value = undefined;
        }}
      >
        <input
          type="search"
          name="q"
          maxLength={64}
          autocomplete="off"
          placeholder="Order or session"
          aria-label="Search by order or session"
          onInput={(event) => look(event.currentTarget.value.trim())}
        />
        {found.value && (
          <ul class="search-found" aria-label="Found">
            {found.value.length === 0 && <li class="muted">Nothing begins like this.</li>}
            {found.value.map((f) => (
              <li key={f.merchant + f.transaction}>
                <a
                  href={timelinePath(f.merchant, f.transaction)}
                  onClick={() => {
                    found.value = undefined;
                  }}
                >
                  <code>
                    {f.transaction.startsWith('~') ? `~${f.transaction.slice(1, 9)}` : f.transaction}
                  </code>
                  <span class="muted">{f.session ? ` session ${f.session.slice(0, 8)}…` : ''}</span>
                </a>
                <span class="muted">{ago(Date.now() - f.lastMs)}</span>
              </li>
            ))}
          </ul>
        )}
      </form>
    </search>
  );
};
