import { passesLuhn } from '../payment.ts';
import { byId, input } from './elements.ts';

/** Groups the card number, puts the slash into the expiry, and refuses a number with a wrong check digit. */
export const startCardForm = (): void => {
  const form = byId<HTMLFormElement>('payment');
  const number = input(form, 'cardnumber');
  const expiry = input(form, 'exp-date');

  number.addEventListener('input', () => {
    reformat(number, (digits) => digits.slice(0, 19).replace(/(.{4})(?=.)/g, '$1 '));
    number.setCustomValidity(passesLuhn(digitsOf(number)) ? '' : 'This card number is not valid.');
  });
  expiry.addEventListener('input', (event) => {
    // While deleting, a slash that comes back at once would be in the way.
    if ((event as InputEvent).inputType?.startsWith('delete')) return;
    reformat(expiry, (digits) =>
      digits.length < 2 ? digits : `${digits.slice(0, 2)} / ${digits.slice(2, 4)}`,
    );
  });
};

const digitsOf = (box: HTMLInputElement) => box.value.replace(/[^0-9]/g, '');

const reformat = (box: HTMLInputElement, format: (digits: string) => string) => {
  const atEnd = box.selectionStart === box.value.length;
  const text = format(digitsOf(box));
  if (text === box.value) return;
  box.value = text;
  if (atEnd) box.setSelectionRange(text.length, text.length);
};
