import type { ConsoleUser } from '../users/roles.ts';
import { ALL_MERCHANTS } from '../users/roles.ts';
import type { HealthAnswer, RedriveAnswer } from './api.ts';
import { ApiError } from './api-errors.ts';
import { writeAudit } from './audit.ts';
import type { ApiContext } from './context.ts';

/** How journal, landing and live store are doing, and what went to the dead letters. */
export const readHealth = async (context: ApiContext): Promise<HealthAnswer> => {
  const { transactions, batches, bytes, evicted } = context.live.stats();
  return {
    live: { transactions, batches, bytes, evictedForMemory: evicted.memory },
    landing: context.health?.landing() ?? null,
    metrics: (await context.health?.metrics()) ?? [],
    deadLetters: (await context.deadLetters?.list()) ?? [],
    canRedrive: context.deadLetters !== undefined,
  };
};

/**
 * Drives the dead letters of a reason again, and writes down who did.
 * @throws ApiError `not_found` where there are none to drive, `conflict` while the lake is busy
 */
export const redrive = async (
  context: ApiContext,
  user: ConsoleUser,
  reason: string,
): Promise<RedriveAnswer> => {
  if (!context.deadLetters) throw new ApiError('not_found');
  let answer: RedriveAnswer;
  try {
    answer = await context.deadLetters.redrive(reason, user.id);
  } catch (error) {
    if ((error as Error).name === 'UpkeepBusyError') throw new ApiError('conflict');
    throw error;
  }
  const { results, rows } = answer;
  const sum = (name: 'landed' | 'failed' | 'suppressed'): number => results.reduce((n, r) => n + r[name], 0);
  await writeAudit(context, user, {
    merchant: ALL_MERCHANTS,
    action: 'dead letters driven again',
    target: reason,
    detail: `${sum('landed')} landed as ${rows} logs, ${sum('failed')} failed, ${sum('suppressed')} erased`,
  });
  return answer;
};
