import type { DeclineReason } from '../payment.ts';

type Outcome = 'approved' | 'declined' | 'abandoned';

/** What this page uses of the SDK, however it came here; before the script arrives, calls wait in `q`. */
interface PageGander {
  outcome?: (result: Outcome, reason?: DeclineReason) => void;
  q?: [string, unknown[]][];
}

declare global {
  interface Window {
    gander?: PageGander;
  }
}

/** Tells Gander how the payment ended. A page without Gander goes on just as well. */
export const reportOutcome = (result: Outcome, reason?: DeclineReason): void => {
  window.gander ??= { q: [] };
  if (window.gander.outcome) window.gander.outcome(result, reason);
  else window.gander.q?.push(['outcome', [result, reason]]);
};
