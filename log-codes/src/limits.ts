/** Caps of the wire, the same on both sides (docs/wire.md). */
export const WIRE_VERSION = 'G1';
/** Largest request body, in bytes: prefix, token and base64url frame. */
export const MAX_BODY_BYTES = 16_384;
/** Most logs in one batch. */
export const MAX_LOGS = 500;
/** Most labels in one batch. */
export const MAX_LABELS = 64;
/** Longest label, in characters. */
export const MAX_LABEL_LENGTH = 40;
/** Most arguments of one log: room for a newer SDK's attributes. */
export const MAX_ARGS = 64;

/** The most frequent logs take two bits for their code; the last of four says that ten bits follow. */
export const FREQUENT_CODES: readonly number[] = [200, 201, 210];
/** Bits of a batch's wall clock: until the year 2109. */
export const CLOCK_BITS = 42;

/** Whether a stay begins with such a log (a field is entered, the tab hidden …): how long it lasted is told against the time since it. */
export const beginsStay = (code: number): boolean => code === 200 || (code > 299 && code < 400);

/** A merchant's own word: lower case, digits, `. _ / -`, 1 to 40 characters. */
const LABEL = /^(?!.*\d{7})[a-z\d._/-]{1,40}$/;

/**
 * Whether a label may go on the wire.
 * @example isLabel('checkout/payment') // true
 * @example isLabel('4242424242424242') // false: more than six digits in a row
 */
export const isLabel = (text: string): boolean => LABEL.test(text) && !looksLikeCardNumber(text);

/** A merchant's own reference of a transaction: 1 to 40 of `A-Z a-z 0-9 _ -`, and no card number. */
const REFERENCE = /^[\w-]{1,40}$/;

/**
 * Whether a transaction reference may be used.
 * @example isTransactionReference('order_10293') // true
 */
export const isTransactionReference = (text: string): boolean =>
  REFERENCE.test(text) && !looksLikeCardNumber(text);

/**
 * The egress guard: whether a text holds 12 to 19 digits that pass the Luhn check (ISO/IEC 7812-1 Annex B), as card numbers do.
 * Digits may stand in groups (`4242-4242 4242.4242`); a window begins and ends at the edge of a group, so that an honest order
 * number is not cut into pieces until one of them passes by chance.
 */
export const looksLikeCardNumber = (text: string): boolean =>
  (text.match(/\d+(?:[ ._/-]\d+)*/g) ?? []).some((run) => {
    const groups = run.split(/\D/);
    return groups.some((_, from) => {
      let digits = '';
      return groups.slice(from, from + 19).some((group) => {
        digits += group;
        return digits.length > 11 && digits.length < 20 && passesLuhn(digits);
      });
    });
  });

const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  // From the right: every second digit counts twice, less 9 where that is more than 9. Nothing but zeros is no number.
  for (let i = 0; i < digits.length; i++) {
    const digit = +digits[i]!;
    sum += (digits.length - i) % 2 ? digit : (digit * 2) % 9 || digit;
  }
  return sum > 0 && sum % 10 === 0;
};
