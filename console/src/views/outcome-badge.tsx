import type { Outcome } from '@gander/collector/api';
import type { JSX } from 'preact';

const LABELS: Readonly<Record<Outcome, string>> = {
  open: 'Open',
  submitted: 'Submitted',
  approved: 'Approved',
  declined: 'Declined',
  abandoned: 'Abandoned',
  left: 'Left',
};
const ICONS: Readonly<Record<Outcome, string>> = {
  open: 'M3 8h10',
  submitted: 'M3 8h9M8 4l4 4-4 4',
  approved: 'M3 8l4 4 6-8',
  declined: 'M4 4l8 8M12 4l-8 8',
  abandoned: 'M4 4l8 8M12 4l-8 8',
  left: 'M10 3h3v10h-3M9 8H2M5 5 2 8l3 3',
};

/** How a transaction stands, in a word, a sign and never by colour alone. */
export const OutcomeBadge = ({ outcome, live = false }: { outcome: Outcome; live?: boolean }): JSX.Element =>
  live && outcome === 'open' ? (
    <span class="badge badge-live">
      <span class="pulse" aria-hidden="true" />
      Live
    </span>
  ) : (
    <span class={`badge badge-${outcome}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={ICONS[outcome]} />
      </svg>
      {LABELS[outcome]}
    </span>
  );
