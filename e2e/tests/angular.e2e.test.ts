import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { setUpChromium } from './leaks/chromium-stage.ts';

const PACKAGE = createRequire(import.meta.url).resolve('zone.js/package.json');
const ZONE = readFileSync(join(dirname(PACKAGE), 'bundles/zone.umd.js'), 'utf8');

const stage = setUpChromium();

test('nothing of ours runs in the zone of an Angular app that calls us from there', async () => {
  const { browser, stub } = stage;
  stub.pages.set(
    '/app',
    `<!doctype html><title>App</title><script>${ZONE}</script>
     <script src="${stub.collector}/sdk/gander.min.js"></script>
     <form><input name="city"><section data-gander-step="payment"><button>Pay</button></section></form><div style="height:3000px"></div>
     <script>
       window.tasks = [];
       const app = Zone.current.fork({ name: 'angular', onInvokeTask(parent, _, target, task, self, args) {
         tasks.push(task.type + ' ' + task.source);
         return parent.invokeTask(target, task, self, args);
       } });
       app.run(() => {
         gander.init({ key: 'gpk_zone', collector: '${stub.collector}' });
         gander.step('cart');
         gander.outcome('approved');
         // The app's own: that the zone sees what runs in it.
         if (location.search) document.addEventListener('click', () => {});
       });
     </script>`,
  );
  const page = await (await browser.newContext()).newPage();
  /** What ran in the app's zone. */
  const tasksAt = async (path: string): Promise<string[]> => {
    await page.goto(stub.shop + path);
    await page.click('[name=city]');
    await page.keyboard.type('Rome');
    for (let i = 0; i < 10; i++) await page.mouse.move(10 + i * 9, 60 + i * 9);
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(1_500);
    return page.evaluate('tasks');
  };
  expect(await tasksAt('/app')).toEqual([]);
  expect(stub.outlets.some(({ where }) => where.endsWith('log 111'))).toBe(true);
  expect(await tasksAt('/app?own')).toEqual(['eventTask HTMLDocument.addEventListener:click']);
  await page.context().close();
});
