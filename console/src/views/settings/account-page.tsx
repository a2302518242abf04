import type { PasskeysAnswer, SignInMethods } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { getJson, sendJson } from '../../shell/api-client.ts';
import { formFields } from '../../shell/form-fields.ts';
import { dateTime } from '../../shell/format.ts';
import { addPasskey, hasPasskeys, isCancelled } from '../../shell/passkey.ts';
import { route } from '../../shell/router.ts';
import { loadMe, me } from '../../shell/session.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { Problem } from './problem.tsx';
import { useAction } from './use-action.ts';

/** Name, e-mail, password and passkeys of who is signed in. */
export const AccountPage = (): JSX.Element => {
  const methods = useSignal<SignInMethods | undefined>(undefined);
  useEffect(() => {
    void getJson<SignInMethods>('/auth/methods').then((answer) => (methods.value = answer));
  }, []);
  return (
    <>
      <header class="settings-head">
        <h1>Your account</h1>
        {me.value?.user.canReturn === false && (
          <p class="muted">
            You came by a link that works once. Choose an e-mail with a password
            {methods.value?.passkey && ', or add a passkey,'} to sign in the next time.
          </p>
        )}
      </header>
      <Profile withPassword={methods.value?.password ?? false} />
      {methods.value?.passkey && hasPasskeys() && <PasskeyList />}
      {methods.value?.oidc && <ProviderLink name={methods.value.oidc} />}
    </>
  );
};

const ProviderLink = ({ name }: { name: string }): JSX.Element => {
  const isLinked = me.value?.user.hasOidc;
  const { problem, act } = useAction(async () => {});
  useEffect(() => {
    if (route.value.query.get('failed') === 'oidc')
      problem.value = `${name} could not be connected: it must vouch for the same e-mail as above.`;
  }, []);
  const connect = (): void => {
    void act(sendJson<{ url: string }>('POST', '/me/oidc')).then((to) => {
      if (to) location.assign(to.url);
    });
  };
  return (
    <section class="block">
      <h2>{name}</h2>
      <p class="muted">
        {isLinked
          ? 'Connected: it signs you in.'
          : 'Not connected yet. An address that an owner invited is connected when you first sign in by it.'}
      </p>
      <Problem problem={problem} />
      {!isLinked && (
        <button type="button" onClick={connect}>
          Connect {name}
        </button>
      )}
    </section>
  );
};

const Profile = ({ withPassword }: { withPassword: boolean }): JSX.Element => {
  const said = useSignal('');
  const { problem, act } = useAction(loadMe);
  const user = me.value?.user;
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const { name, email, password } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    said.value = '';
    const body = { name, email, ...(password ? { password } : {}) };
    void act(sendJson('PUT', '/me/profile', body)).then(() => {
      if (problem.value) return;
      const field = form.elements.namedItem('password') as HTMLInputElement | null;
      if (field) field.value = '';
      said.value = password ? 'Saved. Sign in with this e-mail and password from now on.' : 'Saved.';
    });
  };
  return (
    <form class="stack narrow block" onSubmit={onSubmit}>
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
          defaultValue={user?.email.endsWith('.invalid') ? '' : user?.email}
          autocomplete="username"
        />
      </label>
      {withPassword && (
        <label>
          {user?.hasPassword ? 'New password' : 'Password'}
          <input
            name="password"
            type="password"
            required={user?.canReturn === false}
            minLength={12}
            maxLength={128}
            autocomplete="new-password"
            aria-describedby="password-hint"
          />
          <span class="muted small" id="password-hint">
            {user?.hasPassword
              ? 'Leave it empty to keep the one you have. A new one signs you out everywhere else.'
              : 'At least 12 characters.'}
          </span>
        </label>
      )}
      <Problem problem={problem} />
      <button type="submit" class="primary">
        Save
      </button>
      <p role="status">{said.value}</p>
    </form>
  );
};

const PasskeyList = (): JSX.Element => {
  const list = useSignal<PasskeysAnswer['passkeys']>([]);
  const { problem, act } = useAction(async () => {
    list.value = (await getJson<PasskeysAnswer>('/me/passkeys')).passkeys;
    await loadMe();
  });
  useEffect(() => void act(Promise.resolve()), []);
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const work = addPasskey(formFields(form).name ?? '').then(
      () => form.reset(),
      (error: unknown) => {
        if (!isCancelled(error)) throw error;
      },
    );
    void act(work);
  };
  return (
    <section class="block">
      <h2>Passkeys</h2>
      <p class="muted">
        Sign in by fingerprint, face, PIN or security key: nothing to remember, nothing to be tricked out of.
      </p>
      <Problem problem={problem} />
      <ul class="list">
        {list.value.map((p) => (
          <li key={p.id}>
            <strong>{p.name}</strong>
            <span class="muted">
              added {dateTime(p.createdMs)},{' '}
              {p.usedMs === null ? 'not used yet' : `last used ${dateTime(p.usedMs)}`}
            </span>
            <ConfirmButton
              label="Remove"
              about={p.name}
              confirm="Remove: it signs in no more"
              onConfirm={() => void act(sendJson('DELETE', `/me/passkeys/${encodeURIComponent(p.id)}`))}
            />
          </li>
        ))}
        {list.value.length === 0 && <li class="muted">None yet.</li>}
      </ul>
      <form class="inline" onSubmit={onSubmit}>
        <input
          name="name"
          required
          maxLength={80}
          placeholder="e.g. Work laptop"
          aria-label="Name of the passkey"
          autocomplete="off"
        />
        <button type="submit">Add a passkey</button>
      </form>
    </section>
  );
};
