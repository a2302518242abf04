/** Address of a transaction's timeline. */
export const timelinePath = (merchant: string, transaction: string): string =>
  `/t/${merchant}/${encodeURIComponent(transaction)}`;

/** Address of all logs of a transaction that began then, ms since 1970. */
export const logsPath = (merchant: string, transaction: string, startMs: number): string =>
  `/logs?${new URLSearchParams({ merchant, transaction, from: String(Math.floor(startMs / 60_000) * 60_000) }).toString()}`;
