import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { sendJson } from '../../shell/api-client.ts';
import { loadMe, me } from '../../shell/session.ts';

/** Name, e-mail and password of who is signed in. */
export const ProfileForm = (): JSX.Element => {
  const said = useSignal('');
  const failed = useSignal(false);
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const data = Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement));
    try {
      await sendJson('PUT', '/me/profile', data);
      failed.value = false;
      said.value = 'Saved. From now on you sign in with this e-mail and password.';
      await loadMe();
    } catch (error) {
      failed.value = true;
      said.value = error instanceof Error ? error.message : String(error);
    }
  };
  const user = me.value?.user;
  const invented = user?.email.endsWith('.invalid');
  return (
    <>
      <h1>You</h1>
      <form class="stack narrow" onSubmit={(e) => void onSubmit(e)}>
        <label>
          Name
          <input name="name" required maxLength={80} defaultValue={user?.name} autocomplete="name" />
        </label>
        <label>
          E-mail
          <input
            name="email"
            type="email"
            required
            defaultValue={invented ? '' : user?.email}
            autocomplete="username"
          />
        </label>
        <label>
          {user?.hasPassword ? 'New password' : 'Password'} <span class="muted">at least 12 characters</span>
          <input
            name="password"
            type="password"
            required
            minLength={12}
            maxLength={128}
            autocomplete="new-password"
          />
        </label>
        {said.value && (
          <p class={failed.value ? 'problem' : ''} role="status">
            {said.value}
          </p>
        )}
        <button type="submit" class="primary">
          Save
        </button>
      </form>
    </>
  );
};
