import type { SignInMethods } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ApiFailure, getJson, sendJson, signedOut } from '../../shell/api-client.ts';
import { hasPasskeys, isCancelled, signInByPasskey } from '../../shell/passkey.ts';
import { navigate, route } from '../../shell/router.ts';
import { loadMe } from '../../shell/session.ts';

const NOT_INVITED =
  'Your provider signed you in, but its verified e-mail is not that of an invited user. Ask an owner to invite that address.';

/** What is said of a link that does not work, instead of all that could be wrong with a sign-in. */
const BAD_LINK = 'This link was used before, or is too old. Ask whoever gave it to you for a new one.';
/** The API's codes for a sign-in that does not fit, and for an invitation of an account that must be signed in to first. */
const NOT_FITTING = 202;
const SIGN_IN_FIRST = 213;

/** Signs in by the link that was opened, or by one of the ways that are configured. */
export const SignInView = (): JSX.Element => {
  const problem = useSignal(route.value.query.get('failed') === 'oidc' ? NOT_INVITED : '');
  const busy = useSignal(false);
  const methods = useSignal<SignInMethods | undefined>(undefined);
  /** A link whose account must be signed in to first: it is opened again after that. */
  const waiting = useRef('');

  const openLink = async (token: string): Promise<void> => {
    waiting.current = '';
    await sendJson('POST', '/auth/sign-in/link', { token }).catch((error: unknown) => {
      if (error instanceof ApiFailure && error.code === SIGN_IN_FIRST) waiting.current = token;
      throw error instanceof ApiFailure && error.code === NOT_FITTING
        ? new ApiFailure(NOT_FITTING, BAD_LINK)
        : error;
    });
  };

  const enter = async (work: () => Promise<unknown>): Promise<void> => {
    busy.value = true;
    problem.value = '';
    try {
      await work();
      if (waiting.current) await openLink(waiting.current);
      await loadMe();
      signedOut.value = false;
      if (route.value.path === '/sign-in') navigate('/', { replace: true });
    } catch (error) {
      if (!isCancelled(error))
        problem.value = error instanceof ApiFailure ? error.message : 'This browser could not do that.';
    } finally {
      busy.value = false;
    }
  };

  useEffect(() => {
    getJson<SignInMethods>('/auth/methods')
      .then((answer) => (methods.value = answer))
      .catch((error: Error) => (problem.value = error.message));
    const token = location.hash.slice(1);
    if (!token) return;
    // Out of the address at once: history keeps addresses.
    history.replaceState(null, '', '/sign-in');
    void enter(() => openLink(token));
  }, []);

  const byPassword = (event: SubmitEvent): void => {
    event.preventDefault();
    const { email, password } = Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement));
    void enter(() => sendJson('POST', '/auth/sign-in/email', { email, password }));
  };
  const byProvider = async (): Promise<void> => {
    busy.value = true;
    problem.value = '';
    try {
      location.assign((await sendJson<{ url: string }>('POST', '/auth/sign-in/oidc')).url);
    } catch {
      problem.value = 'The provider cannot be reached just now.';
      busy.value = false;
    }
  };

  const by = methods.value;
  const passkey = by?.passkey && hasPasskeys();
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <h1>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M1 11h3l2-7 3 6 2-3h4" />
          </svg>
          Sign in to Gander
        </h1>
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        {by?.password && (
          <form onSubmit={byPassword}>
            <label>
              E-mail
              <input name="email" type="email" autocomplete="username" required />
            </label>
            <label>
              Password
              <input name="password" type="password" autocomplete="current-password" required />
            </label>
            <button type="submit" class="primary" disabled={busy.value}>
              {busy.value ? 'Signing in…' : 'Sign in'}
            </button>
          </form>
        )}
        {by?.password && (passkey || by.oidc) && (
          <p class="or" aria-hidden="true">
            or
          </p>
        )}
        {by?.oidc && (
          <button type="button" disabled={busy.value} onClick={() => void byProvider()}>
            Continue with {by.oidc}
          </button>
        )}
        {passkey && (
          <button type="button" disabled={busy.value} onClick={() => void enter(signInByPasskey)}>
            Sign in with a passkey
          </button>
        )}
        <p class="muted small">
          New here, or locked out? Open the link that an owner sent you. The first owner’s is printed by{' '}
          <code>gander start</code>.
        </p>
      </div>
    </main>
  );
};
