/**
 * Gander in the page, by import, and as small as it gets: session, batches, delivery and the public methods. Signals and the outbox are
 * picked by import, and what is not picked is not in the bundle.
 */
import { createGander } from '../create-gander.ts';
import type { Keep } from '../deliver/keep.ts';
import type { Gander } from '../gander.ts';
import type { Options } from '../options.ts';
import type { Signal } from '../running.ts';
import { VERSION } from '../version.ts';

export type { Keep } from '../deliver/keep.ts';
export type { FieldEvidence } from '../mask/create-field-classifier.ts';
export type { Consent, DeclineReason, Options, Outcome, TransactionOptions } from '../options.ts';
export type { Signal } from '../running.ts';

/** Options of the core's `init`: those of `@gander/sdk`, and what is picked. */
export interface CoreOptions extends Options {
  /** From `@gander/sdk/signals`, in the order they begin; none by default. */
  readonly signals?: readonly Signal[] | undefined;
  /** `keepInIndexedDb` of `@gander/sdk/outbox`; without it batches wait in memory, and what a dying page had not sent is lost. */
  readonly keep?: Keep | undefined;
}

/** The SDK, but that `init` takes what is picked. */
export interface CoreGander extends Omit<Gander, 'init'> {
  init(options: CoreOptions): void;
}

/**
 * The SDK's core.
 * @example
 * import { gander } from '@gander/sdk/core';
 * import { clipboard, fieldVisits, unload } from '@gander/sdk/signals';
 * gander.init({ key: 'gpk_…', collector: 'https://collect.shop.example', signals: [fieldVisits, clipboard, unload] });
 */
export const gander: CoreGander = /* @__PURE__ */ createGander(({ signals = [], keep }: CoreOptions) => ({
  entry: 2,
  version: VERSION,
  signals,
  keep,
}));
