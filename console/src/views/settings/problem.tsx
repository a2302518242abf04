import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';

/** Says what went wrong, when something did. */
export const Problem = ({ problem }: { problem: Signal<string> }): JSX.Element | null =>
  problem.value ? (
    <p class="problem" role="alert">
      {problem.value}
    </p>
  ) : null;
