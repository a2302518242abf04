import { randomBytes } from 'node:crypto';
import type { ConsoleUser } from '../users/roles.ts';
import type { AuditEntry } from './api.ts';
import type { ApiContext } from './context.ts';

const PAGE = 100;

/** What {@link writeAudit} needs: the database of users, and the time. */
export type AuditContext = { readonly users: Pick<ApiContext['users'], 'db'> } & Pick<ApiContext, 'clock'>;

/** Writes down who changed what. `detail` holds nothing secret: a key's id, never a key. */
export const writeAudit = async (
  context: AuditContext,
  user: Pick<ConsoleUser, 'id' | 'name'>,
  entry: { merchant: string; action: string; target?: string; detail?: string },
): Promise<void> => {
  const { merchant, action, target = '', detail = '' } = entry;
  await context.users.db
    .insertInto('audit')
    .values({
      id: randomBytes(12).toString('hex'),
      at_ms: context.clock(),
      user_id: user.id,
      user_name: user.name.slice(0, 200),
      merchant,
      action,
      target: target.slice(0, 200),
      detail: detail.slice(0, 500),
    })
    .execute();
};

/** The newest changes of a merchant. */
export const readAudit = async (context: ApiContext, merchant: string): Promise<AuditEntry[]> => {
  const rows = await context.users.db
    .selectFrom('audit')
    .selectAll()
    .where('merchant', '=', merchant)
    .orderBy('at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(PAGE)
    .execute();
  return rows.map((r) => ({
    id: r.id,
    atMs: Number(r.at_ms),
    user: r.user_name,
    action: r.action,
    target: r.target,
    detail: r.detail,
  }));
};
