import { rageClick, scriptedClick } from '@gander/log-codes/encode';
import { now } from '../natives.ts';
import { listen } from '../page.ts';
import { facts, later, log, type Signal } from '../running.ts';
import { payButtonOf } from './pay.ts';
import { isAsked, isField, isInSecret, targetOf } from './targets.ts';

/** Clicks closer together than this, and within so many pixels, belong together. */
const RAGE_GAP_MS = 400;
const RAGE_PX = 30;

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
    if (!isTrusted) {
      // Enter in a field, a slider that was let go, a payment that was checked first: pages pass on what a person did. Many in a row are told once, by their number.
      if (!isAsked(now(), clickAt) && !isInSecret(event) && !scripted++)
        later(() => {
          log(scriptedClick({ target: kindOf(element), count: scripted }));
          scripted = 0;
        }, RAGE_GAP_MS);
      return;
    }
    const near = now() - clickAt < RAGE_GAP_MS && Math.hypot(screenX - lastX, screenY - lastY) < RAGE_PX;
    const before = clickAt;
    clickAt = now();
    inRow = near ? inRow + 1 : 1;
    lastX = screenX;
    lastY = screenY;
    // A pad that enters a secret leaves the focus there, or gives it back after each click.
    const secret = facts.visits?.secret();
    const isPad = secret && !(secret.leftAt && secret.leftAt <= before);
    // Three clicks in a field mark its text.
    if (inRow === 3 && !isPad && !element.matches(':read-write') && !isInSecret(event)) {
      const told = (): void => {
        if (now() - clickAt < RAGE_GAP_MS) later(told, RAGE_GAP_MS);
        else log(rageClick({ clicks: inRow, target: kindOf(element) }));
      };
      later(told, RAGE_GAP_MS);
    }
  });
};
