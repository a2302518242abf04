/** Gander in the page, by import, without the outbox: nothing is stored on the device, and what a dying page had not sent is lost. */
import { createGander } from '../create-gander.ts';
import { VERSION } from '../version.ts';

export type { Gander } from '../gander.ts';
export type { FieldEvidence } from '../mask/create-field-classifier.ts';
export type { Consent, DeclineReason, Options, Outcome, TransactionOptions } from '../options.ts';

/** The SDK without the outbox; else as in `@gander/sdk`. */
export const gander = /* @__PURE__ */ createGander({ entry: 2, version: VERSION });
