// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { isFilled } from './is-filled.ts';

const input = (html: string): HTMLInputElement => {
  document.body.innerHTML = html;
  return document.querySelector('input')!;
};

const AUTOFILLED = ':is(:autofill,:-webkit-autofill)';

/** happy-dom knows none of these pseudo-classes: this says which ones match. */
const matching = (element: HTMLInputElement, ...selectors: string[]): HTMLInputElement => {
  element.matches = ((selector: string) => selectors.includes(selector)) as unknown as typeof element.matches;
  return element;
};

it('tells by the placeholder, or by being required; else it does not know', () => {
  expect(isFilled(matching(input('<input placeholder=" ">'), ':placeholder-shown'))).toBe(false);
  expect(isFilled(matching(input('<input placeholder=" ">')))).toBe(true);
  const required = matching(input('<input required>'));
  expect(isFilled(required)).toBe(false);
  required.value = 'x';
  expect(isFilled(required)).toBe(true);
  expect(isFilled(matching(input('<input value="x">')))).toBeUndefined();
});

it('tells what the browser filled in', () => {
  expect(isFilled(matching(input('<input placeholder="x">'), AUTOFILLED, ':placeholder-shown'))).toBe(true);
});
