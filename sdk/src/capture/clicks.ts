import { rageClick, scriptedClick } from '@gander/log-codes/encode';
import { now } from '../natives.ts';
import { listen } from '../page.ts';
import { facts, later, log, type Signal } from '../running.ts';
import { payButtonOf } from './pay.ts';
import { isField, isInSecret, targetOf } from './targets.ts';

/** Clicks closer together than this, and within so many pixels, belong together. */
const RAGE_GAP_MS = 400;
const RAGE_PX = 30;
/** A scripted click so soon after a person's, or a key, is the page passing it on. */
const ECHO_MS = 200;

/** Values of the attribute `target`. */
const kindOf = (element: Element): number => {
  if (isField(element)) return 1;
  if (payButtonOf(element)) return 2;
  return element.closest?.('a') ? 3 : 0;
};

/** Rage clicks (code 261) and clicks that no person made (401). */
export const clicks: Signal = () => {
  let inRow = 0;
  let clickAt = -1e9;
  let scripted = 0;
  let lastX = 0;
  let lastY = 0;

  listen<MouseEvent>('click', (event) => {
    const element = targetOf(event);
    const { isTrusted, screenX, screenY } = event;
    const gap = now() - clickAt;
    if (!isTrusted) {
      // Many in a row are told once, by their number.
      if (Math.min(gap, now() - facts.keyAt) > ECHO_MS && !isInSecret(event) && !scripted++)
        later(() => {
          log(scriptedClick({ target: kindOf(element), count: scripted }));
          scripted = 0;
        }, RAGE_GAP_MS);
      return;
    }
    const before = clickAt;
    clickAt = now();
    const near = gap < RAGE_GAP_MS && Math.hypot(screenX - lastX, screenY - lastY) < RAGE_PX;
    inRow = near ? inRow + 1 : 1;
    lastX = screenX;
    lastY = screenY;
    // A pad that enters a secret leaves the focus there, or gives it back after each click.
    const leftAt = facts.visits?.secret()?.leftAt ?? 1;
    // Three clicks in a field mark its text.
    if (inRow === 3 && leftAt && leftAt <= before && !element.matches(':read-write') && !isInSecret(event)) {
      const told = (): void => {
        if (now() - clickAt < RAGE_GAP_MS) later(told, RAGE_GAP_MS);
        else log(rageClick({ clicks: inRow, target: kindOf(element) }));
      };
      later(told, RAGE_GAP_MS);
    }
  });
};
