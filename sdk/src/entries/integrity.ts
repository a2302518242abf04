/** The opt-in module `integrity`, by import: scripts added, form targets changed, CSP violations, framing. */
import { integrityOfPage } from '../integrity/integrity-of-page.ts';
import type { IntegrityOptions } from '../integrity/start-integrity.ts';

export type { IntegrityOptions } from '../integrity/start-integrity.ts';

/**
 * Starts watching; logs go to the SDK on this page. On a server, or in a worker, there is no page: it does nothing.
 * @returns stops watching
 * @example watchIntegrity({ allow: ['https://js.stripe.com'] })
 */
export const watchIntegrity = (options: IntegrityOptions = {}): (() => void) =>
  typeof document === 'undefined' ? () => {} : integrityOfPage(options);
