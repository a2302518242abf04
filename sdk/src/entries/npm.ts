/** Gander in the page, by import. */
import { EVERY_SIGNAL } from '../capture/every-signal.ts';
import { createGander } from '../create-gander.ts';
import { VERSION } from '../version.ts';
import { keepInIndexedDb } from './outbox.ts';

export type { Gander } from '../gander.ts';
export type { FieldEvidence } from '../mask/create-field-classifier.ts';
export type { Consent, DeclineReason, Options, Outcome, TransactionOptions } from '../options.ts';

/**
 * The SDK. Importing it does nothing, also on a server; `gander.init` starts it.
 * @example gander.init({ key: 'gpk_…', collector: 'https://collect.shop.example', page: 'checkout' })
 */
export const gander = /* @__PURE__ */ createGander(() => ({
  entry: 2,
  version: VERSION,
  signals: EVERY_SIGNAL,
  keep: keepInIndexedDb,
}));
