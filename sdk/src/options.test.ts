// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ATTRIBUTE, TRANSACTION_TYPES } from '@gander/log-codes';
import { expect, it, vi } from 'vitest';
import type { Gander } from './gander.ts';
import { CONSENTS, DECLINES, TYPES, typeOf } from './options.ts';
import { optionsOfTag } from './options-of-tag.ts';
import { VERSION } from './version.ts';

const read = (...path: string[]): string => readFileSync(join(import.meta.dirname, ...path), 'utf8');
const manifest: { version: string } = JSON.parse(read('../package.json'));
const page = read('../../docs/sdk.md');
const namesOf = (attribute: string): string[] => Object.keys(ATTRIBUTE.get(attribute)!.values!);

it('starts from a script that stands in the page itself', () => {
  const tag = { dataset: { key: 'gpk_a', collector: 'https://c.example' }, src: '' };
  expect(optionsOfTag(tag as never)).toMatchObject({ collector: 'https://c.example' });
  expect(optionsOfTag({ dataset: { key: 'gpk_a' }, src: '' } as never)?.collector).toBeUndefined();
  const from = { dataset: { key: 'gpk_a' }, src: 'https://c.example:8443/sdk/gander.min.js' };
  expect(optionsOfTag(from as never)?.collector).toBe('https://c.example:8443');
});

it('names transaction types, reasons and consents as the tables do', () => {
  expect(TYPES).toEqual(TRANSACTION_TYPES.map((type) => type.name));
  expect(DECLINES).toEqual(namesOf('decline_reason'));
  expect(CONSENTS).toEqual(namesOf('consent'));
});

it('has the version of the package', () => {
  const [major, minor, patch] = manifest.version.split('.').map(Number);
  expect(VERSION).toBe(major! * 10_000 + minor! * 100 + patch!);
});

it('reads the transaction type out of a grant', () => {
  const vectors: { grant: string; type: number }[] = JSON.parse(read('../../docs/grant-vectors.json'));
  for (const { grant, type } of vectors) expect(typeOf(undefined, grant)).toBe(type);
  expect(typeOf('card', undefined)).toBe(1);
  expect(typeOf('cash' as never, undefined)).toBe(0);
  expect(typeOf(undefined, 'gr1.!.')).toBe(0);
});

it('documents each option and no other', () => {
  const options = [...read('options.ts').matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name!);
  const rows = [...page.matchAll(/^\| `data-([\w-]+)` \| `(\w+)` \|/gm)];
  expect(new Set(rows.map(([, , option]) => option))).toEqual(new Set(options));
  expect(rows.length).toBe(options.length);
  for (const [, attribute, option] of rows)
    expect(attribute!.replace(/-(\w)/g, (_, c: string) => c.toUpperCase())).toBe(option);
});

it('documents each method and no other', () => {
  const methods = [...read('gander.ts').matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name!);
  const rows = [...page.matchAll(/^\| `(\w+)\(/gm)].map(([, name]) => name!);
  expect(new Set(rows)).toEqual(new Set(methods));
  expect(rows.length).toBe(methods.length);
});

it('reads the options off the script tag', () => {
  const tag = document.createElement('script');
  tag.setAttribute('type', 'text/plain');
  expect(optionsOfTag(tag)).toBeUndefined();
  expect(optionsOfTag(null)).toBeUndefined();
  for (const [name, value] of [
    ['key', 'gpk_1'],
    ['page', 'checkout'],
    ['transaction-type', 'card'],
  ])
    tag.setAttribute(`data-${name}`, value!);
  Object.defineProperty(tag, 'src', { value: 'https://collect.example/sdk/0.1.0/gander.min.js' });
  expect(optionsOfTag(tag)).toMatchObject({
    key: 'gpk_1',
    page: 'checkout',
    transactionType: 'card',
    collector: 'https://collect.example',
  });
  tag.setAttribute('data-collector', 'https://other.example');
  expect(optionsOfTag(tag)!.collector).toBe('https://other.example');
});

it('takes of a tag no more than it says', () => {
  const tag = document.createElement('script');
  Object.defineProperty(tag, 'src', { value: 'https://collect.example/sdk/0.1.0/gander.min.js' });
  tag.setAttribute('data-key', 'gpk_1');
  tag.setAttribute('data-close-attempt', 'false');
  tag.setAttribute('data-consent', 'off');
  expect(optionsOfTag(tag)).toMatchObject({ closeAttempt: false, consent: 'off' });
  tag.setAttribute('data-close-attempt', 'true');
  expect(optionsOfTag(tag)).toMatchObject({ closeAttempt: true });
});

/** Window with the stub on it, as the documentation has it. */
const stubbed = () => {
  const stub = /<script>(!function.*?)<\/script>/.exec(page)![1]!;
  Reflect.construct(Function, [stub])();
  return window as unknown as { gander: Gander };
};

it('documents a stub of at most 400 bytes that queues calls for the script', async () => {
  expect(/<script>!function.*?<\/script>/.exec(page)![0].length).toBeLessThanOrEqual(400);
  const { gander } = stubbed();
  const { step } = gander;
  gander.step('cart');
  await expect(gander.flush()).resolves.toBeUndefined();
  expect(gander.frame).toBeInstanceOf(Function);
  const calls: unknown[] = [];
  const { startScriptTag } = await import('./start-script-tag.ts');
  const real = {
    step: (label: string) => calls.push(label),
    flush: () => calls.push('flush'),
    init: vi.fn(),
    inspect: vi.fn(),
  };
  startScriptTag(() => real as never);
  expect(calls).toEqual(['cart', 'flush']);
  // Who kept the stub, or a method of it, has the SDK.
  gander.step('kept');
  step('kept apart');
  expect(calls.slice(2)).toEqual(['kept', 'kept apart']);
  startScriptTag(() => {
    throw new Error('a second copy starts nothing');
  });
  Reflect.deleteProperty(window, 'gander');
});

it('starts where an element of the page has its name', async () => {
  const { startScriptTag } = await import('./start-script-tag.ts');
  const there = window as { gander?: unknown };
  there.gander = document.createElement('div');
  const real = { step: vi.fn() };
  startScriptTag(() => real as never);
  expect(there.gander).toMatchObject(real);
  there.gander = document.createElement('div');
  stubbed().gander.step('cart');
  Reflect.deleteProperty(window, 'gander');
});
