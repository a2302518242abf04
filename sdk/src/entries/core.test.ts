// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startSimulatedPage } from '../simulated-page.ts';

// Only now, with the browser's functions simulated.
const signals = await import('./signals.ts');
const { EVERY_SIGNAL } = await import('../capture/every-signal.ts');

const ROOT = join(import.meta.dirname, '../../..');
const GUIDE = readFileSync(join(ROOT, 'docs/sdk.md'), 'utf8');

/** A text that stands in one signal's code and nowhere else: strings and regular expressions outlive minifying. */
const MARKS: Partial<Record<keyof typeof signals, string>> = {
  attention: 'hasFocus',
  autofill: 'onepassword',
  clicks: 'hypot',
  clipboard: '"paste"',
  environment: 'callPhantom',
  errors: 'unhandledrejection',
  fieldVisits: 'Float64Array',
  frames: 'contentDocument',
  idle: '3e4',
  pay: '"invalid"',
  pointer: 'pointermove',
  route: 'currententrychange',
  steps: 'IntersectionObserver',
  unload: 'beforeunload',
  viewport: 'scrollHeight',
};
const CLASSIFIER = 'contras|clave';
const OUTBOX = 'createObjectStore';

/** Bundles a module as a developer's bundler would. */
const bundle = async (code: string): Promise<string> => {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(ROOT, 'sdk'), loader: 'ts' },
    bundle: true,
    minify: true,
    charset: 'utf8',
    format: 'esm',
    target: 'es2022',
    conditions: ['@gander/source'],
    write: false,
  });
  return outputFiles[0]!.text;
};

const found = (code: string): string[] =>
  Object.entries(MARKS)
    .filter(([, mark]) => code.includes(mark))
    .map(([name]) => name);

let page: Awaited<ReturnType<typeof startSimulatedPage>> | undefined;
afterEach(() => {
  page?.stop();
  page = undefined;
});

it('offers each signal by its name, and documents it', () => {
  expect(new Set(Object.values(signals))).toEqual(new Set(EVERY_SIGNAL));
  const rows = [...GUIDE.matchAll(/^\| `(\w+)` \| \d/gm)].map(([, name]) => name!);
  expect(rows.sort()).toEqual(Object.keys(signals).sort());
});

it('knows each signal by its mark', async () => {
  expect(found(await bundle("export { gander } from '@gander/sdk'"))).toEqual(Object.keys(MARKS));
  expect(Object.keys(MARKS).sort()).toEqual(Object.keys(signals).sort());
});

it('has nothing in the bundle that nobody picked', async () => {
  const core = await bundle("export { gander } from '@gander/sdk/core'");
  expect(found(core)).toEqual([]);
  for (const mark of [CLASSIFIER, OUTBOX]) expect(core).not.toContain(mark);
  const session = await bundle(`import { gander } from '@gander/sdk/core';
    import { attention, errors, unload } from '@gander/sdk/signals';
    gander.init({ key: 'gpk_1', signals: [errors, attention, unload] });`);
  expect(found(session)).toEqual(['attention', 'errors', 'unload']);
  for (const mark of [CLASSIFIER, OUTBOX]) expect(session).not.toContain(mark);
});

it('bundles the example of the guide, with what it picks', async () => {
  const [, example] = /```ts\n(import \{ gander \} from '@gander\/sdk\/core';.*?)```/s.exec(GUIDE)!;
  const code = await bundle(`const grant = 'gr1.x.y';\n${example}`);
  expect(found(code)).toEqual(['attention', 'clipboard', 'fieldVisits', 'unload']);
  for (const mark of [CLASSIFIER, OUTBOX]) expect(code).toContain(mark);
});

it('captures what was picked, and sends it when the page is left', async () => {
  page = await startSimulatedPage('<form><input name="coupon"></form>', {}, undefined, [
    signals.clipboard,
    signals.unload,
  ]);
  const coupon = page.query('[name=coupon]');
  page.focus(coupon);
  page.key(coupon);
  page.fire(coupon, 'paste');
  page.blur(coupon);
  await page.advance(2_100);
  page.fire(window, 'pagehide', { persisted: false });
  await page.advance(0);
  const logs = page.logs();
  expect(logs.map((log) => log.code)).toEqual([100, 220, 190]);
  expect(logs[1]!.attributes).toEqual({ field: 24, field_no: 1 });
});

it('works with no signal at all', async () => {
  page = await startSimulatedPage('<form><input name="coupon"></form>', {}, undefined, []);
  page.step('payment');
  page.outcome('approved');
  page.frame(page.query('form'), 1, true);
  expect(page.inspect(page.query('[name=coupon]'))).toBeUndefined();
  await page.advance(2_100);
  page.fire(window, 'pagehide', { persisted: false });
  page.shutdown();
  expect(page.logs().map((log) => log.code)).toEqual([100, 103, 111]);
});
