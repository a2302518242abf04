/** Class of a decline, as `gander.outcome('declined', reason)` takes it. */
export type DeclineReason =
  | 'issuer'
  | 'funds'
  | 'authentication'
  | 'fraud'
  | 'technical'
  | 'cancelled'
  | 'data';

/** What the shop's pretended bank answers. */
export type PaymentAnswer =
  | { readonly status: 'approved' }
  | { readonly status: 'declined'; readonly reason: DeclineReason; readonly message: string }
  | { readonly status: 'code' };

const decline = (reason: DeclineReason, message: string): PaymentAnswer => ({
  status: 'declined',
  reason,
  message,
});

/** Test card → what happens to it; any other number that passes the Luhn check is approved. */
const TEST_CARDS: Readonly<Record<string, PaymentAnswer>> = {
  '4000000000000002': decline('issuer', 'Your bank declined the payment.'),
  '4000000000009995': decline('funds', 'There is not enough money on this card.'),
  '4000000000000069': decline('data', 'This card has expired.'),
  '4000000000000127': decline('data', 'The security code is wrong.'),
  '4100000000000019': decline('fraud', 'Your bank declined the payment.'),
  '4000000000000119': decline('technical', 'Something went wrong at the bank. Please try again.'),
  '4000002500003155': { status: 'code' },
};

/** Answers a payment by its card number alone; spaces are ignored and nothing is kept. */
export const answerPayment = (cardNumber: string): PaymentAnswer => {
  const digits = cardNumber.replace(/[ -]/g, '');
  if (!passesLuhn(digits)) return decline('data', 'This card number is not valid.');
  return TEST_CARDS[digits] ?? { status: 'approved' };
};

/** Answers the bank's one-time code: any six digits but six zeros. */
export const answerCode = (code: string): PaymentAnswer =>
  /^[0-9]{6}$/.test(code) && code !== '000000'
    ? { status: 'approved' }
    : decline('authentication', 'The code was wrong. Your bank declined the payment.');

/** The check digit of a card number, ISO/IEC 7812-1 Annex B. */
export const passesLuhn = (digits: string): boolean => {
  if (!/^[0-9]{12,19}$/.test(digits)) return false;
  let sum = 0;
  for (let i = digits.length - 1, n = 0; i >= 0; i--, n++) {
    const digit = Number(digits[i]);
    sum += n % 2 === 1 ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
};
