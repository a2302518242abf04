/**
 * THE table of field classes: what kind of thing a form field asks for. Ids are append-only and never reused.
 * The tier decides what may be said about the field; see docs/privacy.md.
 *
 * - `S0` secret: how it was filled and coarse buckets only; never a count, a length, an order or a per-key time.
 * - `S1` personal: a cadence summary computed on the device, without key counts.
 * - `S2` plain: the same, with key counts.
 */
// biome-ignore format: one row is one line
export const FIELD_CLASSES = [
  { id: 0, name: 'unknown', tier: 'S0', doc: 'Not recognised: treated as secret until the merchant says otherwise.' },
  { id: 1, name: 'card-number', tier: 'S0', doc: 'Payment card number (PAN).' },
  { id: 2, name: 'card-csc', tier: 'S0', doc: 'Card security code.' },
  { id: 3, name: 'card-expiry', tier: 'S0', doc: 'Card expiry, whole or month or year.' },
  { id: 4, name: 'card-name', tier: 'S1', doc: 'Name on the card.' },
  { id: 5, name: 'password', tier: 'S0', doc: 'Password or passphrase.' },
  { id: 6, name: 'otp', tier: 'S0', doc: 'One-time code.' },
  { id: 7, name: 'pin', tier: 'S0', doc: 'Personal identification number.' },
  { id: 8, name: 'bank-account', tier: 'S0', doc: 'Bank account number, IBAN, sort or routing code.' },
  { id: 9, name: 'national-id', tier: 'S0', doc: 'Number issued by a state: tax, social security, passport, CPF.' },
  { id: 10, name: 'email', tier: 'S1', doc: 'E-mail address.' },
  { id: 11, name: 'phone', tier: 'S1', doc: 'Telephone number or a part of one.' },
  { id: 12, name: 'full-name', tier: 'S1', doc: 'Whole name of a person.' },
  { id: 13, name: 'given-name', tier: 'S1', doc: 'First or middle name.' },
  { id: 14, name: 'family-name', tier: 'S1', doc: 'Last name.' },
  { id: 15, name: 'street', tier: 'S1', doc: 'Street address, any line of it.' },
  { id: 16, name: 'city', tier: 'S1', doc: 'Town or city.' },
  { id: 17, name: 'region', tier: 'S1', doc: 'State, province, county.' },
  { id: 18, name: 'postal-code', tier: 'S1', doc: 'Postal code.' },
  { id: 19, name: 'country', tier: 'S2', doc: 'Country.' },
  { id: 20, name: 'birthday', tier: 'S1', doc: 'Date of birth or a part of it.' },
  { id: 21, name: 'username', tier: 'S1', doc: 'Name of an account.' },
  { id: 22, name: 'organisation', tier: 'S1', doc: 'Company or organisation.' },
  { id: 23, name: 'search', tier: 'S2', doc: 'Search box.' },
  { id: 24, name: 'coupon', tier: 'S2', doc: 'Coupon, voucher or promotion code.' },
  { id: 25, name: 'quantity', tier: 'S2', doc: 'Number of items.' },
  { id: 26, name: 'amount', tier: 'S2', doc: 'Amount of money.' },
  { id: 27, name: 'message', tier: 'S2', doc: 'Free text: a note to the courier, a gift message.' },
  { id: 28, name: 'choice', tier: 'S2', doc: 'Checkbox, radio button, select, range, colour.' },
  { id: 29, name: 'frame', tier: 'S0', doc: 'A payment frame of another origin.' },
  { id: 30, name: 'plain', tier: 'S2', doc: 'Not recognised, and declared plain by the merchant with data-gander="plain".' },
  { id: 31, name: 'secret', tier: 'S0', doc: 'Declared secret by the merchant, hidden, file, contenteditable, behind a closed shadow root; a secret answer, a captcha.' },
] as const;

export type FieldClass = (typeof FIELD_CLASSES)[number];
export type FieldClassName = FieldClass['name'];
export type FieldClassId = FieldClass['id'];
export type Tier = FieldClass['tier'];

/** Field-class ids by name, for code that must name one: `FIELD_CLASS['card-number']` is 1. */
export const FIELD_CLASS = Object.fromEntries(FIELD_CLASSES.map((c) => [c.name, c.id])) as {
  readonly [N in FieldClassName]: Extract<FieldClass, { name: N }>['id'];
};
