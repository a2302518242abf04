// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import { CALLS, SLOT } from './slot.ts';

const started = vi.hoisted(() => ({
  count: 0,
  calls: [] as unknown[],
  said: undefined as string | undefined,
  stop: undefined as undefined | (() => void),
  stopsAtOnce: false,
}));
vi.mock('./start.ts', () => ({
  startSdk: ({ key }: { key?: string }, _: object, onStop: () => void, said?: string) => {
    if (!key) return;
    started.count++;
    started.stop = onStop;
    started.said = said;
    if (started.stopsAtOnce) onStop();
    return {
      step: (label: string) => started.calls.push(label),
      consent: (level: string) => started.calls.push(level),
      forget: () => started.calls.push('forget'),
      shutdown: onStop,
    };
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
  started.stopsAtOnce = false;
  started.count = 0;
  started.calls = [];
  Reflect.deleteProperty(globalThis, CALLS);
  Reflect.deleteProperty(globalThis, SLOT);
});

it('#65 runs once, however often it is loaded and told to start, and every copy speaks for it', async () => {
  const first = await loadCopy();
  const second = await loadCopy();
  first.init({ key: 'gpk_a' });
  first.init({ key: 'gpk_a' });
  second.init({ key: 'gpk_b' });
  expect(started.count).toBe(1);
  second.step('payment');
  expect(started.calls).toEqual(['payment']);
});

it('#65 may start again once it was shut down', async () => {
  const gander = await loadCopy();
  gander.init({ key: 'gpk_a' });
  gander.shutdown();
  gander.shutdown();
  await expect(gander.flush()).resolves.toBeUndefined();
  gander.init({ key: 'gpk_a' });
  gander.step('seen');
  expect([started.count, started.calls, started.said]).toEqual([2, ['seen'], undefined]);
});

it('makes the calls that came before it started, in their order, whichever copy starts', async () => {
  const first = await loadCopy();
  first.step('cart');
  first.consent('essential');
  first.step('address');
  first.consent('granted');
  (await loadCopy()).init({ key: 'gpk_a' });
  expect(started.said).toBe('essential');
  expect(started.calls).toEqual(['cart', 'essential', 'address', 'granted']);
});

it('keeps a refusal that came before it started, and one from before it was shut down', async () => {
  const gander = await loadCopy();
  for (let i = 0; i < 1_000; i++) gander.step(`s${i}`);
  gander.consent('none');
  gander.init({ key: 'gpk_a' });
  expect(started.said).toBe('none');
  expect(started.calls.length).toBe(101);
  gander.consent('granted');
  gander.forget();
  gander.shutdown();
  gander.init({ key: 'gpk_a' });
  expect([started.count, started.said]).toEqual([2, 'none']);
});

it('tells an instance that was shut down, too, that consent is withdrawn', async () => {
  const gander = await loadCopy();
  gander.init({ key: 'gpk_a' });
  gander.shutdown();
  gander.step('not now');
  gander.forget();
  expect(started.calls).toEqual(['none']);
});

it('tells an instance that faults stopped as it began that consent is withdrawn, and starts another', async () => {
  const gander = await loadCopy();
  started.stopsAtOnce = true;
  gander.init({ key: 'gpk_a' });
  gander.forget();
  expect(started.calls).toEqual(['none']);
  started.stopsAtOnce = false;
  gander.init({ key: 'gpk_a' });
  expect(started.count).toBe(2);
});

it('makes no call of a payment that nobody watched for the next one, but for what was said about consent', async () => {
  const gander = await loadCopy();
  gander.init({ key: 'gpk_test' });
  // As when the collector refuses it.
  started.stop!();
  gander.outcome('approved');
  gander.step('paid');
  gander.consent('essential');
  gander.init({ key: 'gpk_test' });
  gander.step('next');
  expect(started.said).toBe('essential');
  expect(started.calls.filter((call) => call !== 'essential')).toEqual(['next']);
});

it('makes the calls that come between a shutdown and the next start', async () => {
  const gander = await loadCopy();
  gander.init({ key: 'gpk_test' });
  gander.shutdown();
  gander.step('child first');
  gander.init({ key: 'gpk_test' });
  expect(started.calls).toEqual(['child first']);
});

it('starts with the grant that comes later', async () => {
  const gander = await loadCopy();
  gander.init({ grant: undefined });
  gander.step('cart');
  gander.init({ key: 'gpk_a' });
  expect([started.count, started.calls]).toEqual([1, ['cart']]);
});

it('waits until a page that is rendered ahead is looked at', async () => {
  const gander = await loadCopy();
  Object.defineProperty(document, 'prerendering', { value: true, configurable: true });
  gander.init({ key: 'gpk_a' });
  gander.init({ key: 'gpk_a' });
  gander.step('cart');
  expect(started.count).toBe(0);
  Reflect.deleteProperty(document, 'prerendering');
  document.dispatchEvent(new Event('prerenderingchange'));
  expect([started.count, started.calls]).toEqual([1, ['cart']]);
});

it('keeps or forgets calls by how the instance ended, whichever copy is asked', async () => {
  const first = await loadCopy();
  const second = await loadCopy();
  first.init({ key: 'gpk_a' });
  second.shutdown();
  first.step('child first');
  first.init({ key: 'gpk_a' });
  expect(started.calls).toEqual(['child first']);
  // As when the collector refuses it.
  started.stop!();
  second.step('paid');
  first.init({ key: 'gpk_a' });
  expect(started.calls).toEqual(['child first']);
});
