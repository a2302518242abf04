import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { signedOut } from './api-client.ts';
import { loadMe, me, sessionProblem, signOut } from './session.ts';

const ME = { user: { email: 'a@example.org' }, merchants: [] };
const answers = (answer: () => Response): void => void vi.stubGlobal('fetch', async () => answer());
const noNetwork = (): Response => {
  throw new TypeError('no network');
};
const nobody = (): Response => Response.json({ e: 201 }, { status: 401 });
const state = (): unknown[] => [me.value !== undefined, signedOut.value, sessionProblem.value];

beforeEach(async () => {
  answers(() => Response.json(ME));
  await loadMe();
});
afterEach(() => void vi.unstubAllGlobals());

it('says when the collector cannot be asked who is signed in, and asks again', async () => {
  answers(noNetwork);
  await loadMe();
  expect(state()).toEqual([false, false, 'The collector cannot be reached.']);
  answers(() => Response.json(ME));
  await loadMe();
  expect(state()).toEqual([true, false, '']);
});

it('is signed out only once the server has said so', async () => {
  answers(noNetwork);
  await signOut();
  expect(state()).toEqual([true, false, 'You are still signed in. The collector cannot be reached.']);
  answers(() => Response.json({}));
  await signOut();
  expect(state()).toEqual([false, true, '']);
});

it('takes a session that is over already for signed out', async () => {
  answers(nobody);
  await signOut();
  expect(state()).toEqual([false, true, '']);
});
