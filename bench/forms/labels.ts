import { FIELD_CLASSES, type FieldClassName } from '@gander/log-codes';

/** What a person called the control (`data-manual-scoring`), and the field classes that are right for it. */
export const LABELS: Readonly<Record<string, readonly FieldClassName[]>> = {
  cardNumber: ['card-number'],
  cardSecurityCode: ['card-csc'],
  cardName: ['card-name'],
  expiration: ['card-expiry'],
  expirationMonth: ['card-expiry'],
  expirationYear: ['card-expiry'],
  password: ['password'],
  'password.new': ['password'],
  'password.current': ['password'],
  totp: ['otp'],
  pin: ['pin'],
  bankAccount: ['bank-account'],
  nationalId: ['national-id'],
  secretAnswer: ['secret'],
  emailAddress: ['email'],
  username: ['username'],
  'username OR emailAddress': ['username', 'email'],
  phone: ['phone'],
  firstName: ['given-name'],
  middleName: ['given-name'],
  lastName: ['family-name'],
  fullName: ['full-name'],
  addressStreet: ['street'],
  addressStreet2: ['street'],
  addressCity: ['city'],
  addressProvince: ['region'],
  addressPostalCode: ['postal-code'],
  addressCountryCode: ['country'],
  birthday: ['birthday'],
  birthdayDay: ['birthday'],
  birthdayMonth: ['birthday'],
  birthdayYear: ['birthday'],
  organisation: ['organisation'],
  search: ['search'],
  coupon: ['coupon'],
  quantity: ['quantity'],
  amount: ['amount'],
  message: ['message'],
};

/** Classes that a control labelled `unknown` must not have: the secret ones that the labels above name. */
const NOT_FOR_UNKNOWN: readonly FieldClassName[] = [
  'card-number',
  'card-csc',
  'card-expiry',
  'password',
  'otp',
];

/** Labels whose controls must be S0, whatever their class. */
export const SECRET_LABELS: ReadonlySet<string> = new Set([
  'cardNumber',
  'cardSecurityCode',
  'password',
  'password.new',
  'password.current',
  'totp',
  'pin',
  'bankAccount',
  'nationalId',
]);

/** Whether every class that is right for a label is secret: also an expiry and an answer to a security question. */
export const isSecretLabel = (label: string): boolean =>
  LABELS[label]?.every((name) => FIELD_CLASSES.find((c) => c.name === name)?.tier === 'S0') ?? false;

/** Whether a class is right for a label. */
export const isRight = (label: string, fieldClass: FieldClassName): boolean =>
  label === 'unknown'
    ? !NOT_FOR_UNKNOWN.includes(fieldClass)
    : (LABELS[label]?.includes(fieldClass) ?? false);
