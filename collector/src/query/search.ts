import type { SearchAnswer } from './api.ts';
import type { ApiContext } from './context.ts';

const LIMIT = 20;
/** How far back a search looks, ms: as long as the lake keeps logs. */
const WINDOW_MS = 400 * 24 * 3600 * 1000;

/**
 * Transactions by the beginning of their reference, or of their session's id. The text is a parameter, never SQL.
 * @param text at least 2 characters
 */
export const searchTransactions = async (
  context: ApiContext,
  merchants: ReadonlySet<string>,
  text: string,
): Promise<SearchAnswer> => {
  const found = new Map<string, SearchAnswer['found'][number]>();
  if (text.length < 2 || !/^[A-Za-z0-9_~-]{2,64}$/.test(text) || merchants.size === 0) return { found: [] };
  for (const { merchant, transaction, lastMs } of context.live.transactions(merchants)) {
    const session =
      context.live.batchesOf(merchant, transaction).find((b) => b.session.startsWith(text))?.session ?? null;
    if (session || transaction.startsWith(text) || transaction.startsWith(`~${text}`)) {
      found.set(`${merchant}/${transaction}`, { merchant, transaction, session, lastMs });
    }
    if (found.size >= LIMIT) break;
  }
  const marks = [...merchants].map(() => '?').join(', ');
  const { rows } = await context.lake.query(
    `select merchant, "transaction", max(case when starts_with(session, ?) then session end) as session, max(event_ts) as "lastMs"
       from logs_all where merchant in (${marks}) and dt >= ?
         and (starts_with("transaction", ?) or starts_with("transaction", ?) or starts_with(session, ?))
       group by merchant, "transaction" order by "lastMs" desc limit ${LIMIT}`,
    [
      text,
      ...merchants,
      new Date(context.clock() - WINDOW_MS).toISOString().slice(0, 10),
      text,
      `~${text}`,
      text,
    ],
  );
  for (const row of rows) {
    const { merchant, transaction, session } = row as Record<string, string | null>;
    const key = `${merchant}/${transaction}`;
    if (found.has(key) || !merchant || !transaction) continue;
    found.set(key, { merchant, transaction, session: session ?? null, lastMs: Number(row.lastMs) });
  }
  return { found: [...found.values()].sort((a, b) => b.lastMs - a.lastMs).slice(0, LIMIT) };
};
