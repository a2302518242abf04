import { DAY_MS, dayOf } from '../lake/days.ts';
import type { SearchAnswer } from './api.ts';
import type { ApiContext } from './context.ts';

const LIMIT = 20;
/** How far back a search looks, ms: as long as the lake keeps logs. */
const WINDOW_MS = 400 * DAY_MS;

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
      [...context.live.sessionsOf(merchant, transaction)].find((id) => id.startsWith(text)) ?? null;
    if (session || transaction.startsWith(text) || transaction.startsWith(`~${text}`)) {
      found.set(`${merchant}/${transaction}`, { merchant, transaction, session, lastMs });
    }
    if (found.size >= LIMIT) break;
  }
  const marks = [...merchants].map(() => '?').join(', ');
  // One row for each transaction and day, with the ids of its sessions in a text.
  const { rows } = await context.lake.query(
    `select merchant, "transaction", max(sessions) as sessions, max(last_ts) as last_ms
       from transactions where merchant in (${marks}) and dt >= '${dayOf(context.clock() - WINDOW_MS)}'
         and (starts_with("transaction", ?) or starts_with("transaction", ?) or starts_with(sessions, ?) or strpos(sessions, ?) > 0)
       group by merchant, "transaction" order by last_ms desc limit ${LIMIT}`,
    [...merchants, text, `~${text}`, text, `,${text}`],
  );
  for (const row of rows) {
    const { merchant, transaction, sessions } = row as Record<string, string | null>;
    const key = `${merchant}/${transaction}`;
    if (found.has(key) || !merchant || !transaction) continue;
    const session = sessions?.split(',').find((s) => s.startsWith(text)) ?? null;
    found.set(key, { merchant, transaction, session, lastMs: Number(row.last_ms) });
  }
  return { found: [...found.values()].sort((a, b) => b.lastMs - a.lastMs).slice(0, LIMIT) };
};
