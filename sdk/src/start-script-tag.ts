import type { Gander } from './gander.ts';
import { optionsOfTag } from './options-of-tag.ts';

/** What the queue stub (docs/sdk.md) leaves for us: calls made before the script was there. */
interface Stub {
  readonly q?: [keyof Gander, unknown[]][];
}

/** Puts the SDK on the window, starts it from the tag's attributes, and makes the calls that wait. A second copy leaves the first be. */
export const startScriptTag = (create: () => Gander): void => {
  const page = window as { gander?: Gander & Stub };
  const waiting = page.gander;
  if (waiting && !waiting.q) return;
  const gander = create();
  page.gander = gander;
  const options = optionsOfTag(document.currentScript);
  if (options) gander.init(options);
  for (const [method, args] of waiting?.q ?? []) (gander[method] as (...all: unknown[]) => void)(...args);
};
