/** Gander in the page, by `<script async src="…/gander.min.js" data-key="gpk_…">`: starts by itself from the tag's attributes. */
import { createGander } from '../create-gander.ts';
import { createIdbOutbox } from '../deliver/idb-outbox.ts';
import type { Gander } from '../gander.ts';
import { optionsOfTag } from '../options-of-tag.ts';
import { VERSION } from '../version.ts';

/** What the queue stub (docs/sdk.md) leaves for us: calls made before the script was there. */
interface Stub {
  readonly q?: [keyof Gander, unknown[]][];
}

const page = window as { gander?: Gander & Stub };
const waiting = page.gander;
// A second copy leaves the first one be.
if (!waiting || waiting.q) {
  const gander = createGander({ entry: 1, version: VERSION, createOutbox: () => createIdbOutbox() });
  page.gander = gander;
  const options = optionsOfTag(document.currentScript);
  if (options) gander.init(options);
  for (const [method, args] of waiting?.q ?? []) (gander[method] as (...args: unknown[]) => void)(...args);
}
