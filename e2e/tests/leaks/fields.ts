import type { createCanaries, Kind } from './canaries.ts';

/** How a canary gets into a field. */
export type Way = 'type' | 'insert' | 'paste' | 'script' | 'drop';

/** One canary case: a field, what is entered, and how. */
export interface Case {
  /** The field's `id`. */
  readonly id: string;
  readonly canary: string;
  readonly way: Way;
  readonly html: string;
}

/** What a shop's fields look like, by kind; the worst ones are called nothing at all, or something else. */
const LOOKS: Readonly<Record<Kind, readonly string[]>> = {
  pan: [
    '<label>Card number <input # autocomplete="cc-number" inputmode="numeric"></label>',
    '<input # name="cardnumber" placeholder="1234 1234 1234 1234">',
    '<label>Kartennummer <input # type="tel"></label>',
    '<label>Номер карты <input #></label>',
    '<label>カード番号 <input # type="tel" maxlength="19"></label>',
    '<input # >',
    '<label>E-mail <input # type="email"></label>',
    '<label>Coupon <input # name="coupon"></label>',
    '<label>Notes to the courier <textarea #></textarea></label>',
    '<input # type="password" name="cardnumber">',
    '<label>Search <input # type="search"></label>',
  ],
  csc: ['<label>CVC <input # autocomplete="cc-csc"></label>', '<input # name="f3" maxlength="4" type="tel">'],
  expiry: ['<input # placeholder="MM/YY" name="exp">', '<label>Ablaufdatum <input #></label>'],
  password: [
    '<input # type="password" autocomplete="current-password">',
    '<input # name="pw">',
    '<label>Contraseña <input # type="password"></label>',
  ],
  otp: ['<input # autocomplete="one-time-code">', '<label>Code <input # ></label>'],
  iban: ['<label>IBAN <input #></label>', '<label>رقم الحساب <input #></label>'],
  national: ['<label>SSN <input #></label>', '<label>CPF <input # type="tel"></label>'],
  name: [
    '<label>Full name <input # autocomplete="name"></label>',
    '<input # placeholder="Nom" name="lastname">',
    '<label>姓名 <input #></label>',
  ],
  email: ['<input # type="email" name="email">', '<label>Courriel <input #></label>'],
  phone: ['<label>Telefon <input # type="tel"></label>', '<input # name="phone">'],
  street: [
    '<label>Address <input # autocomplete="street-address"></label>',
    '<textarea # name="address"></textarea>',
  ],
  word: [
    '<div # contenteditable="true" style="min-height:1em"></div>',
    '<textarea #></textarea>',
    '<label>Quantity <input # name="qty"></label>',
  ],
};

/** Keys are the slowest way by far; which looks are typed into changes from page to page. */
const WAYS: readonly Way[] = ['type', 'paste', 'insert', 'script', 'drop'];

/**
 * Cases for one page: every look of every kind, each with a canary of its own, by changing ways.
 * @param round shifts which look is filled by which way
 */
export const createCases = (canaries: ReturnType<typeof createCanaries>, round: number): Case[] => {
  let n = round;
  return Object.entries(LOOKS).flatMap(([kind, looks]) =>
    looks.map((look): Case => {
      const id = `f${n}`;
      const way = WAYS[n++ % WAYS.length]!;
      return { id, way, canary: canaries.next(kind as Kind), html: look.replace('#', `id="${id}"`) };
    }),
  );
};
