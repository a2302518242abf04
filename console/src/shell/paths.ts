/** Address of a transaction's timeline. */
export const timelinePath = (merchant: string, transaction: string): string =>
  `/t/${merchant}/${encodeURIComponent(transaction)}`;
