import type { ActionName, MeAnswer } from '@gander/collector/api';
import { signal } from '@preact/signals';
import { getJson, sendJson, signedOut } from './api-client.ts';

/** Who is signed in; undefined while that is not known. */
export const me = signal<MeAnswer | undefined>(undefined);
/** Why it could not be asked who is signed in, or the session not be ended; empty when all is well. */
export const sessionProblem = signal('');

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Asks who is signed in. */
export const loadMe = async (): Promise<void> => {
  try {
    me.value = await getJson<MeAnswer>('/me');
    signedOut.value = false;
    sessionProblem.value = '';
  } catch (error) {
    me.value = undefined;
    sessionProblem.value = signedOut.value ? '' : textOf(error);
  }
};

/**
 * Whether the user may do this, as the server's table of permissions says (docs/console.md).
 * @param merchant without it: for every merchant they see
 */
export const may = (action: ActionName, merchant?: string): boolean => {
  const all = me.value?.merchants ?? [];
  const about = merchant === undefined ? all : all.filter((m) => m.id === merchant);
  return about.length > 0 && about.every((m) => m.may.includes(action));
};

/** Ends the session. Where the server does not say that it ended, it goes on and the page says so: the cookie is still good. */
export const signOut = async (): Promise<void> => {
  sessionProblem.value = '';
  try {
    await sendJson('POST', '/auth/sign-out');
    signedOut.value = true;
  } catch (error) {
    if (!signedOut.value) sessionProblem.value = `You are still signed in. ${textOf(error)}`;
  }
  if (signedOut.value) me.value = undefined;
};

/** Whether the user sees several, so that a transaction is named together with its merchant. */
export const manyMerchants = (): boolean => (me.value?.merchants.length ?? 0) > 1;

/** A merchant's name, or its id where the user cannot see it. */
export const merchantName = (id: string): string => me.value?.merchants.find((m) => m.id === id)?.name ?? id;
