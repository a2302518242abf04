import { resized, rotated, scroll } from '@gander/log-codes/encode';
import type { Context } from './context.ts';
import { screenBucket } from './environment.ts';

const SAMPLE_MS = 250;

/** What is seen of the page: size step changed (code 330), device turned (331), how deep it was scrolled (262, when it may be left). */
export const captureViewport = (context: Context): void => {
  const { page, log, now } = context;
  let bucket = screenBucket(innerWidth);
  let depth = 0;
  let told = 0;
  let scrolledAt = 0;

  page.on(window, 'resize', () => {
    const screen_bucket = screenBucket(innerWidth);
    if (screen_bucket === bucket) return;
    bucket = screen_bucket;
    log(resized({ screen_bucket }));
  });
  const { orientation } = screen;
  if (orientation)
    page.on(orientation, 'change', () => {
      log(rotated({ orientation: orientation.type.startsWith('p') ? 1 : 2 }));
    });
  page.on(document, 'scroll', () => {
    const at = now();
    if (at - scrolledAt < SAMPLE_MS) return;
    context.activeAt = scrolledAt = at;
    const { scrollHeight } = document.documentElement;
    if (scrollHeight) depth = Math.max(depth, (scrollY + innerHeight) / scrollHeight);
  });
  context.onLeave.push(() => {
    const depth_pct = Math.min(100, Math.round(depth * 20) * 5);
    if (depth_pct <= told) return;
    told = depth_pct;
    log(scroll({ depth_pct }));
  });
};
