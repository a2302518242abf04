import { resized, rotated, scroll } from '@gander/log-codes/encode';
import { now } from '../natives.ts';
import { on } from '../page.ts';
import { facts, later, log, type Signal } from '../running.ts';
import { screenBucket } from './environment.ts';

const SAMPLE_MS = 250;

const begin = (): void => {
  let bucket = screenBucket(innerWidth);
  let depth = 0;
  let told = 0;
  let scrolledAt = 0;

  on(window, 'resize', () => {
    const screen_bucket = screenBucket(innerWidth);
    if (screen_bucket === bucket) return;
    bucket = screen_bucket;
    log(resized({ screen_bucket }));
  });
  on(document, 'scroll', () => {
    const at = now();
    if (at - scrolledAt < SAMPLE_MS) return;
    facts.activeAt = scrolledAt = at;
    const { scrollHeight } = document.documentElement;
    if (scrollHeight) depth = Math.max(depth, (scrollY + innerHeight) / scrollHeight);
  });
  facts.summaries.push(() => {
    const depth_pct = Math.min(100, Math.round(depth * 20) * 5);
    if (depth_pct <= told) return;
    told = depth_pct;
    log(scroll({ depth_pct }));
  });
  // Last: a page may call something else `screen`.
  const { orientation } = screen;
  if (orientation)
    on(orientation, 'change', () => {
      log(rotated({ orientation: orientation.type.startsWith('p') ? 1 : 2 }));
    });
};

/**
 * What is seen of the page: size step changed (code 330), device turned (331), how deep it was scrolled (262, when it may be left). Asks for
 * the layout, so it waits until the page has had its start.
 */
export const viewport: Signal = () => later(begin, 0);
