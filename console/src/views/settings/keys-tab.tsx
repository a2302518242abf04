import type { KeyInfo, MerchantSettings } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { getJson, sendJson } from '../../shell/api-client.ts';
import { formFields } from '../../shell/form-fields.ts';
import { dateTime } from '../../shell/format.ts';
import { may } from '../../shell/session.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { sayOrigin } from './origin-problem.ts';
import { Problem } from './problem.tsx';
import { Secret } from './secret.tsx';
import { useAction } from './use-action.ts';

/** Origins and keys of a merchant; whether anything of it is taken. */
export const KeysTab = ({ merchant }: { merchant: string }): JSX.Element => {
  const data = useSignal<MerchantSettings | undefined>(undefined);
  const secret = useSignal('');
  const path = `/merchants/${merchant}`;
  const load = async (): Promise<void> => {
    data.value = await getJson<MerchantSettings>(`${path}/settings`);
  };
  const { problem, act } = useAction(load);
  useEffect(() => void act(Promise.resolve()), []);

  const settings = data.value;
  if (!settings) return <p class="muted">{problem.value || 'Loading…'}</p>;
  const canChange = may('manage', merchant);
  const isDisabled = settings.disabledMs !== null;
  const addOrigin = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const origin = formFields(form).origin;
    void act(
      sendJson('POST', `${path}/origins`, { origin })
        .catch(sayOrigin)
        .then(() => form.reset()),
    );
  };
  const revoke = (key: KeyInfo) => void act(sendJson('DELETE', `${path}/keys/${key.id}`));
  const ofKind = (kind: KeyInfo['kind']) => settings.keys.filter((k) => k.kind === kind);
  return (
    <>
      <Problem problem={problem} />
      {secret.value && (
        <Secret title="New secret key" text={secret.value} onClose={() => (secret.value = '')} />
      )}
      {isDisabled && (
        <p class="warning" role="status">
          This merchant is disabled since {dateTime(settings.disabledMs ?? 0)}: nothing of it is taken.
        </p>
      )}
      <section class="block">
        <h2>Origins</h2>
        <p class="muted">Pages at exactly these addresses may send. Scheme, host and port; no path.</p>
        <ul class="list">
          {settings.origins.map((origin) => (
            <li key={origin}>
              <code>{origin}</code>
              {canChange && (
                <ConfirmButton
                  label="Remove"
                  about={origin}
                  confirm="Remove: its pages stop sending"
                  onConfirm={() => void act(sendJson('DELETE', `${path}/origins`, { origin }))}
                />
              )}
            </li>
          ))}
          {settings.origins.length === 0 && <li class="muted">None: no page may send yet.</li>}
        </ul>
        {canChange && (
          <form class="inline" onSubmit={addOrigin}>
            <input
              name="origin"
              required
              pattern="https?://[a-z0-9.:\-]+"
              title="scheme and host, e.g. https://shop.example: no path, no slash at its end"
              placeholder="https://shop.example"
              aria-label="New origin"
              autocomplete="off"
            />
            <button type="submit">Add origin</button>
          </form>
        )}
      </section>
      <KeyList
        title="Site keys"
        text="Public: they stand in the page’s source. They open sessions of assurance A1, from the origins above only."
        keys={ofKind('site')}
        make="Make a site key"
        onMake={() => void act(sendJson('POST', `${path}/site-keys`))}
        {...{ canChange, revoke }}
      />
      <KeyList
        title="Secret keys"
        text="For your server alone: it signs grants with one (assurance A2). To rotate: make a new one, change it on your server, then revoke the old one. Both work meanwhile."
        keys={ofKind('secret')}
        make="Make a secret key"
        onMake={() =>
          void act(sendJson<{ key: string }>('POST', `${path}/secret-keys`)).then((made) => {
            if (made) secret.value = made.key;
          })
        }
        {...{ canChange, revoke }}
      />
      {canChange && (
        <section class="block">
          <h2>{isDisabled ? 'Take logs again' : 'Stop taking logs'}</h2>
          <p class="muted">
            {isDisabled
              ? 'Keys, origins and what was taken before are all still there.'
              : 'Nothing of this merchant is taken any more; its pages go on working. What is there stays.'}
          </p>
          {isDisabled ? (
            <button
              type="button"
              onClick={() => void act(sendJson('PUT', `${path}/disabled`, { disabled: false }))}
            >
              Take logs again
            </button>
          ) : (
            <ConfirmButton
              label="Disable merchant"
              alone
              about={settings.name}
              confirm="Disable: lose its logs from now on"
              onConfirm={() => void act(sendJson('PUT', `${path}/disabled`, { disabled: true }))}
            />
          )}
        </section>
      )}
    </>
  );
};

/** Keys of one kind: those that work, and, folded, those that do not any more. */
const KeyList = (props: {
  title: string;
  text: string;
  keys: readonly KeyInfo[];
  canChange: boolean;
  make: string;
  onMake: () => void;
  revoke: (key: KeyInfo) => void;
}): JSX.Element => {
  const live = props.keys.filter((k) => k.revokedMs === null);
  const gone = props.keys.filter((k) => k.revokedMs !== null);
  return (
    <section class="block">
      <h2>{props.title}</h2>
      <p class="muted">{props.text}</p>
      <ul class="list">
        {live.map((key) => (
          <li key={key.id}>
            <code>{shown(key)}</code>
            <span class="muted">made {dateTime(key.createdMs)}</span>
            {props.canChange && (
              <ConfirmButton
                label="Revoke"
                about={shown(key)}
                confirm="Revoke for good"
                onConfirm={() => props.revoke(key)}
              />
            )}
          </li>
        ))}
        {live.length === 0 && <li class="muted">None.</li>}
      </ul>
      {gone.length > 0 && (
        <details class="gone">
          <summary>{gone.length} revoked</summary>
          <ul class="list">
            {gone.map((key) => (
              <li key={key.id}>
                <code>{shown(key)}</code>
                <span class="muted">revoked {dateTime(key.revokedMs ?? 0)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {props.canChange && (
        <button type="button" onClick={props.onMake}>
          {props.make}
        </button>
      )}
    </section>
  );
};

const shown = (key: KeyInfo): string => (key.kind === 'secret' ? `gsk_${key.id}_…` : key.id);
