// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';

const started = vi.hoisted(() => ({
  count: 0,
  steps: [] as string[],
  stop: undefined as undefined | (() => void),
}));
vi.mock('./start.ts', () => ({
  startSdk: (_: object, __: object, onStop: () => void) => {
    started.count++;
    started.stop = onStop;
    return { step: (label: string) => started.steps.push(label), shutdown: onStop };
  },
}));

/** A copy of the SDK as another script would bring it: its own module, the same window. */
const loadCopy = async () => {
  vi.resetModules();
  const { createGander } = await import('./create-gander.ts');
  return createGander(() => ({ signals: [], entry: 2, version: 100 }));
};

afterEach(() => {
  started.stop?.();
  started.count = 0;
  started.steps = [];
});

it('#65 runs once, however often it is loaded and told to start, and every copy speaks for it', async () => {
  const first = await loadCopy();
  const second = await loadCopy();
  first.init({ key: 'gpk_a' });
  first.init({ key: 'gpk_a' });
  second.init({ key: 'gpk_b' });
  expect(started.count).toBe(1);
  second.step('payment');
  expect(started.steps).toEqual(['payment']);
});

it('#65 may start again once it was shut down, and does nothing in between', async () => {
  const gander = await loadCopy();
  gander.init({ key: 'gpk_a' });
  gander.shutdown();
  gander.step('unseen');
  await expect(gander.flush()).resolves.toBeUndefined();
  gander.init({ key: 'gpk_a' });
  gander.step('seen');
  expect([started.count, started.steps]).toEqual([2, ['seen']]);
});
