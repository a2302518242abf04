import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { formFields } from './form-fields.ts';
import { ago } from './format.ts';
import { openSearch } from './open-search.ts';
import { timelinePath } from './paths.ts';
import { navigate } from './router.ts';
import { manyMerchants, merchantName } from './session.ts';

/** Finds a transaction by the beginning of its reference or of a session's id. */
export const SearchBox = (): JSX.Element => {
  const search = useMemo(openSearch, []);
  const found = search.found.value;
  const problem = search.problem.value;

  const submit = async (form: HTMLFormElement): Promise<void> => {
    const to = await search.best(formFields(form).q ?? '');
    if (!to) return;
    form.reset();
    search.clear();
    navigate(timelinePath(to.merchant, to.transaction));
  };
  return (
    <search>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !(found || problem)) return;
          // What lies below the box stays open.
          event.stopPropagation();
          search.clear();
        }}
      >
        <input
          type="search"
          name="q"
          maxLength={64}
          autocomplete="off"
          placeholder="Order or session"
          aria-label="Search by order or session"
          onInput={(event) => search.look(event.currentTarget.value.trim())}
        />
        {(found || problem) && (
          <ul class="search-found" aria-label="Found">
            {problem && <li class="problem">{problem}</li>}
            {found?.length === 0 && !problem && <li class="muted">Nothing begins like this.</li>}
            {found?.map((f) => (
              <li key={f.merchant + f.transaction}>
                <a href={timelinePath(f.merchant, f.transaction)} onClick={search.clear}>
                  <code>
                    {f.transaction.startsWith('~') ? `~${f.transaction.slice(1, 9)}` : f.transaction}
                  </code>
                  {f.session && <span class="visually-hidden"> by its session</span>}
                </a>
                <span class="muted search-about">
                  {[
                    manyMerchants() && merchantName(f.merchant),
                    f.session && `session ${f.session.slice(0, 8)}…`,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
                <span class="muted">{ago(Date.now() - f.lastMs)}</span>
              </li>
            ))}
          </ul>
        )}
      </form>
    </search>
  );
};
