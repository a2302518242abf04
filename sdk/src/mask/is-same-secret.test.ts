// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { createFieldClassifier } from './create-field-classifier.ts';
import { isSameSecret } from './is-same-secret.ts';

it('takes boxes of one class, and boxes without a name after the first, for one secret; within one form', () => {
  document.body.innerHTML = `<form>
    <input id="otp" autocomplete="one-time-code"><input id="box" maxlength="1"><input id="otp2" name="otp2">
    <input id="csc" autocomplete="cc-csc"><input id="email" type="email"><input id="email2" type="email"></form>
    <input id="outside" autocomplete="one-time-code">`;
  const { of } = createFieldClassifier({});
  const same = (first: string, other: string): boolean =>
    isSameSecret(of(document.querySelector(`#${first}`)!), of(document.querySelector(`#${other}`)!));
  expect(['box', 'otp2'].map((other) => same('otp', other))).toEqual([true, true]);
  expect(['csc', 'email', 'outside'].map((other) => same('otp', other))).toEqual([false, false, false]);
  expect(same('box', 'csc')).toBe(false);
  expect(same('email', 'email2')).toBe(false);
});

it('takes what the page makes anew in its place for the same one', () => {
  document.body.innerHTML = '<form><input type="password" name="pin"></form>';
  const { of } = createFieldClassifier({});
  const first = of(document.querySelector('input')!);
  document.body.innerHTML = '<form><input type="password" name="pin"><input type="email"></form>';
  const [again, email] = [...document.querySelectorAll('input')].map((input) => of(input));
  expect([isSameSecret(first, again!), isSameSecret(first, email!)]).toEqual([true, false]);
});
