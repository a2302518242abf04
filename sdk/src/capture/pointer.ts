import { pointer as pointerLog } from '@gander/log-codes/encode';
import { now } from '../natives.ts';
import { hasFrames, listen } from '../page.ts';
import { facts, log, ms, type Signal } from '../running.ts';
import { isInSecret } from './targets.ts';

/** Pointer moves are looked at no more often than this. */
const SAMPLE_MS = 50;

/**
 * The pointer: when it was last pressed, and a summary of its path (code 260) each time the page may be left. Where it was is not kept.
 */
export const pointer: Signal = () => {
  let moves = 0;
  let clicks = 0;
  let distance = 0;
  let from: [number, number, number] | undefined;
  let lastX = 0;
  let lastY = 0;
  let lastAt = 0;
  facts.pointerAt = -1e9;

  listen('pointerdown', (event) => {
    if (!event.isTrusted) return;
    facts.pointerAt = facts.activeAt = now();
    if (!isInSecret(event)) clicks++;
  });
  listen<PointerEvent>('pointermove', (event) => {
    const at = hasFrames ? now() : event.timeStamp;
    if (at - lastAt < SAMPLE_MS || !event.isTrusted) return;
    lastAt = at;
    facts.activeAt = now();
    if (isInSecret(event)) return;
    const { screenX, screenY } = event;
    if (from) distance += Math.hypot(screenX - lastX, screenY - lastY);
    else from = [screenX, screenY, now()];
    lastX = screenX;
    lastY = screenY;
    moves++;
  });
  facts.summaries.push(() => {
    if (!from) return;
    const [x, y, since] = from;
    log(
      pointerLog({
        moves,
        clicks,
        distance_px: Math.round(distance / 100) * 100,
        straightness_pct: distance
          ? Math.round((100 * Math.hypot(lastX - x, lastY - y)) / distance)
          : undefined,
        duration_ms: ms(facts.activeAt - since),
      }),
    );
    from = undefined;
    moves = clicks = distance = 0;
  });
};
