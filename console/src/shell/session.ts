import type { ActionName, MeAnswer } from '@gander/collector/api';
import { signal } from '@preact/signals';
import { getJson, sendJson, signedOut } from './api-client.ts';

/** Who is signed in; undefined while that is not known. */
export const me = signal<MeAnswer | undefined>(undefined);

/** Asks who is signed in. */
export const loadMe = async (): Promise<void> => {
  try {
    me.value = await getJson<MeAnswer>('/me');
    signedOut.value = false;
  } catch {
    me.value = undefined;
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

/** Ends the session. */
export const signOut = async (): Promise<void> => {
  await sendJson('POST', '/auth/sign-out').catch(() => undefined);
  me.value = undefined;
  signedOut.value = true;
};

/** A merchant's name, or its id where the user cannot see it. */
export const merchantName = (id: string): string => me.value?.merchants.find((m) => m.id === id)?.name ?? id;
