/** Gander in the page with a debug mode: each log in words in the browser's console. Larger; not for production. */
import { EVERY_SIGNAL } from '../capture/every-signal.ts';
import { focused } from '../capture/targets.ts';
import { createGander } from '../create-gander.ts';
import { badOptions } from '../debug/bad-options.ts';
import { createDebugLog } from '../debug/create-debug-log.ts';
import type { Gander } from '../gander.ts';
import type { Options } from '../options.ts';
import { VERSION } from '../version.ts';
import { keepInIndexedDb } from './outbox.ts';

export type { Gander } from '../gander.ts';
export type { FieldEvidence } from '../mask/create-field-classifier.ts';
export type { Consent, DeclineReason, Options, Outcome, TransactionOptions } from '../options.ts';

/** The SDK as in `@gander/sdk`, which also prints each log, and names options that are not as they should be. */
export const gander: Gander = /* @__PURE__ */ createGander((options: Options) => {
  const bad = badOptions(options);
  if (bad.length) console.warn(`gander: not as docs/sdk.md has it: ${bad.join(', ')}`);
  return {
    entry: 2,
    version: VERSION,
    signals: EVERY_SIGNAL,
    keep: keepInIndexedDb,
    onLog: createDebugLog(
      (line) => console.debug(line),
      focused,
      (element) => gander.inspect(element),
    ),
  };
});
