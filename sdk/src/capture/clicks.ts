import { rageClick, scriptedClick } from '@gander/log-codes/encode';
import { type Context, isField, targetOf } from './context.ts';
import { payButtonOf } from './pay.ts';

/** Clicks closer together than this, and within so many pixels, belong together. */
const RAGE_GAP_MS = 400;
const RAGE_PX = 30;
/** A scripted click so soon after a person's is the page passing it on. */
const ECHO_MS = 200;

/** Values of the attribute `target`. */
const kindOf = (element: Element): number => {
  if (isField(element)) return 1;
  if (payButtonOf(element)) return 2;
  return element.closest?.('a') ? 3 : 0;
};

/** Rage clicks (code 261) and clicks that no person made (401). */
export const captureClicks = (context: Context): void => {
  const { page, log, now } = context;
  let clicks = 0;
  let scripted = 0;
  let lastX = 0;
  let lastY = 0;

  page.listen<MouseEvent>('click', (event) => {
    const element = targetOf(event);
    const { isTrusted, screenX, screenY } = event;
    const gap = now() - context.clickAt;
    if (!isTrusted) {
      // Many in a row are told once, by their number.
      if (gap > ECHO_MS && !scripted++)
        context.setTimeout(() => {
          log(scriptedClick({ target: kindOf(element), count: scripted }));
          scripted = 0;
        }, RAGE_GAP_MS);
      return;
    }
    context.clickAt = now();
    const near = gap < RAGE_GAP_MS && Math.hypot(screenX - lastX, screenY - lastY) < RAGE_PX;
    clicks = near ? clicks + 1 : 1;
    lastX = screenX;
    lastY = screenY;
    if (clicks === 3) {
      const told = (): void => {
        if (now() - context.clickAt < RAGE_GAP_MS) context.setTimeout(told, RAGE_GAP_MS);
        else log(rageClick({ clicks, target: kindOf(element) }));
      };
      context.setTimeout(told, RAGE_GAP_MS);
    }
  });
};
