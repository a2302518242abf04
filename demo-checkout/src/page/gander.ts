/** What this page uses of the SDK, however it came here. */
interface Gander {
  outcome(result: 'approved' | 'declined' | 'abandoned', reason?: string): void;
}

declare global {
  interface Window {
    gander?: Gander;
  }
}

/** Tells Gander how the payment ended; a checkout without Gander goes on as well. */
export const reportOutcome: Gander['outcome'] = (result, reason) => window.gander?.outcome(result, reason);
