import type { FacetsAnswer } from '@gander/collector/api';
import type { JSX } from 'preact';
import { navigate, route } from '../../shell/router.ts';
import { FILTER_NAMES, FILTERS, toggled, valueClass, valueLabel } from './filter-query.ts';

const SHOWN = 8;

/** What there is of each column, and how often; a click chooses. */
export const FacetPanel = ({ facets }: { facets: FacetsAnswer | undefined }): JSX.Element => {
  const { query } = route.value;
  return (
    <div class="facets">
      {FILTER_NAMES.map((name) => {
        const chosen = query.getAll(name);
        const counted = facets?.facets[name] ?? [];
        const missing = chosen
          .filter((v) => !counted.some((f) => f.value === v))
          .map((value) => ({ value, n: 0 }));
        const values = [...counted, ...missing];
        if (values.length === 0 || (values.length === 1 && chosen.length === 0 && name !== 'class'))
          return null;
        const top = counted[0]?.n ?? 1;
        const list = (from: number, to: number): JSX.Element[] =>
          values.slice(from, to).map(({ value, n }) => (
            <label key={value} class={`facet ${valueClass(name, value)}`}>
              <input
                type="checkbox"
                checked={chosen.includes(value)}
                onChange={() => navigate(`/logs?${toggled(query, name, value)}`, { replace: true })}
              />
              <span class="facet-name" title={valueLabel(name, value)}>
                {valueLabel(name, value)}
              </span>
              <span class="facet-count">{n.toLocaleString('en')}</span>
              <span class="facet-bar" style={{ width: `${(n / top) * 100}%` }} />
            </label>
          ));
        return (
          <fieldset key={name}>
            <legend>{FILTERS[name].title}</legend>
            {list(0, SHOWN)}
            {values.length > SHOWN && (
              <details open={values.slice(SHOWN).some((f) => chosen.includes(f.value))}>
                <summary>{values.length - SHOWN} more</summary>
                {list(SHOWN, values.length)}
              </details>
            )}
          </fieldset>
        );
      })}
    </div>
  );
};
