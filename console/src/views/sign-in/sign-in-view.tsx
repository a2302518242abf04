import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApiFailure, sendJson, signedOut } from '../../shell/api-client.ts';
import { navigate, route } from '../../shell/router.ts';
import { loadMe } from '../../shell/session.ts';

/** Signs in by the link that was opened, or by e-mail and password. */
export const SignInView = (): JSX.Element => {
  const problem = useSignal('');
  const busy = useSignal(false);

  const enter = async (path: string, body: unknown): Promise<void> => {
    busy.value = true;
    problem.value = '';
    try {
      await sendJson('POST', path, body);
      await loadMe();
      signedOut.value = false;
      if (route.value.path === '/sign-in') navigate('/', { replace: true });
    } catch (error) {
      problem.value = error instanceof ApiFailure ? error.message : String(error);
    } finally {
      busy.value = false;
    }
  };

  useEffect(() => {
    const token = location.hash.slice(1);
    if (!token) return;
    // Out of the address at once: it is used up, and history keeps addresses.
    history.replaceState(null, '', '/sign-in');
    void enter('/auth/sign-in/link', { token });
  }, []);

  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    void enter('/auth/sign-in/email', { email: data.get('email'), password: data.get('password') });
  };

  return (
    <main class="sign-in">
      <form onSubmit={onSubmit}>
        <h1>Gander</h1>
        <p class="muted">
          The first time, open the link that <code>gander start</code> printed.
        </p>
        <label>
          E-mail
          <input name="email" type="email" autocomplete="username" required />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <button type="submit" class="primary" disabled={busy.value}>
          {busy.value ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  );
};
