import { randomBytes } from 'node:crypto';
import type { ConsoleUser } from '../users/roles.ts';
import type { AuditAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';
import type { ApiContext } from './context.ts';

const PAGE = 100;
/** Rows of one statement: SQLite takes at most 32,766 parameters. */
const ROWS = 1_000;

/** What {@link writeAudit} needs: the database of users, and the time. */
export type AuditContext = { readonly users: Pick<ApiContext['users'], 'db'> } & Pick<ApiContext, 'clock'>;

/** What was done. `detail` holds nothing secret: a key's id, never a key. */
export interface Change {
  readonly action: string;
  readonly target?: string | undefined;
  readonly detail?: string | undefined;
}

/** Writes down who changed what. */
export const writeAudit = (
  context: AuditContext,
  user: Pick<ConsoleUser, 'id' | 'name'>,
  { merchant, ...change }: Change & { readonly merchant: string },
): Promise<void> => writeAudits(context, user, [merchant], change);

/** The same in the trail of each of these merchants. */
export const writeAudits = async (
  context: AuditContext,
  user: Pick<ConsoleUser, 'id' | 'name'>,
  merchants: readonly string[],
  { action, target = '', detail = '' }: Change,
): Promise<void> => {
  const rows = merchants.map((merchant) => ({
    id: randomBytes(12).toString('hex'),
    at_ms: context.clock(),
    user_id: user.id,
    user_name: user.name.slice(0, 200),
    merchant,
    action,
    target: target.slice(0, 200),
    detail: detail.slice(0, 500),
  }));
  for (let i = 0; i < rows.length; i += ROWS)
    await context.users.db
      .insertInto('audit')
      .values(rows.slice(i, i + ROWS))
      .execute();
};

/**
 * A page of a merchant's changes, the newest first. All of them can be read, page by page: else whoever makes a hundred small ones hides
 * what came before.
 * @param before place of a page, as the page before it told it
 * @throws ApiError `bad_request` when it is none
 */
export const readAudit = async (
  context: Pick<ApiContext, 'users'>,
  merchant: string,
  before: string | undefined,
): Promise<AuditAnswer> => {
  const place = before === undefined ? undefined : /^(\d{1,15})\.([0-9a-f]{24})$/.exec(before);
  if (place === null) throw new ApiError('bad_request');
  let query = context.users.db.selectFrom('audit').selectAll().where('merchant', '=', merchant);
  if (place) {
    const [, at = '', id = ''] = place;
    query = query.where((e) =>
      e.or([e('at_ms', '<', Number(at)), e.and([e('at_ms', '=', Number(at)), e('id', '<', id)])]),
    );
  }
  const rows = await query
    .orderBy('at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(PAGE + 1)
    .execute();
  const entries = rows.slice(0, PAGE).map((r) => ({
    id: r.id,
    atMs: Number(r.at_ms),
    user: r.user_name,
    action: r.action,
    target: r.target,
    detail: r.detail,
  }));
  const last = entries.at(-1);
  return { entries, next: rows.length > PAGE && last ? `${last.atMs}.${last.id}` : null };
};
