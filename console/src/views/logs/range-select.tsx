import type { JSX } from 'preact';
import { route, setQuery } from '../../shell/router.ts';
import { RANGES, rangeOf } from './filter-query.ts';

const CHOSEN = 'chosen';

/** Chooses the stretch of time that a view shows; it lives in the address, and ends a choice of exact times. */
export const RangeSelect = (): JSX.Element => (
  <label>
    <span class="visually-hidden">Time range</span>
    <select
      value={route.value.query.has('from') ? CHOSEN : rangeOf(route.value.query).id}
      onChange={(e) => setQuery({ range: e.currentTarget.value, from: null, to: null })}
    >
      {route.value.query.has('from') && <option value={CHOSEN}>Chosen time</option>}
      {RANGES.map((r) => (
        <option key={r.id} value={r.id}>
          Last {r.label}
        </option>
      ))}
    </select>
  </label>
);
