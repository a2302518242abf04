/**
 * The five classes of log codes (their first event digit, like HTTP statuses) and the one colour each has everywhere.
 * The light and dark pairs keep a contrast of at least 4.5:1 on the console's backgrounds (#ffffff, #12161c).
 */
// biome-ignore format: one row is one line
export const LOG_CLASSES = [
  { id: 1, name: 'session', label: 'Session', color: '#475569', colorDark: '#a3b3c9', doc: 'Set-up, metadata, outcome.' },
  { id: 2, name: 'input', label: 'Input', color: '#1d4ed8', colorDark: '#7eb0ff', doc: 'What a person does to a field.' },
  { id: 3, name: 'attention', label: 'Attention', color: '#6d28d9', colorDark: '#c4a5ff', doc: 'Where the person is.' },
  { id: 4, name: 'suspicious', label: 'Suspicious', color: '#b45309', colorDark: '#fbbf4e', doc: 'Locally provable oddities.' },
  { id: 5, name: 'fault', label: 'Fault', color: '#be123c', colorDark: '#ff8fa3', doc: "Gander's own faults, or the page's." },
] as const;

export type LogClass = (typeof LOG_CLASSES)[number];
export type LogClassName = LogClass['name'];

/** Transaction types: the first digit of a stored log code. */
export const TRANSACTION_TYPES = [
  { id: 0, name: 'unknown', label: 'Unknown' },
  { id: 1, name: 'card', label: 'Card' },
  { id: 2, name: 'card_on_file', label: 'Card on file' },
  { id: 3, name: 'wallet', label: 'Wallet' },
  { id: 4, name: 'bank_transfer', label: 'Bank transfer or redirect' },
  { id: 5, name: 'instant_payment', label: 'Instant payment (UPI, Pix)' },
  { id: 6, name: 'pay_later', label: 'Pay later' },
  { id: 7, name: 'mandate', label: 'Mandate or subscription' },
  { id: 8, name: 'top_up', label: 'Top-up or gift' },
  { id: 9, name: 'other', label: 'Other' },
] as const;

export type TransactionTypeName = (typeof TRANSACTION_TYPES)[number]['name'];
export type TransactionTypeId = (typeof TRANSACTION_TYPES)[number]['id'];
