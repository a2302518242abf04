import type { AuditEntry, KeyInfo, MerchantSettings } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { getJson, sendJson } from '../../shell/api-client.ts';
import { dateTime } from '../../shell/format.ts';
import { me } from '../../shell/session.ts';
import { Secret } from './secret.tsx';

const ROLES = ['viewer', 'analyst', 'owner'] as const;

/** Keys and origins, users or changes of one merchant. */
export const MerchantPage = ({
  merchant,
  tab,
  isOwner,
}: {
  merchant: string;
  tab: string;
  isOwner: boolean;
}): JSX.Element => {
  const data = useSignal<MerchantSettings | undefined>(undefined);
  const problem = useSignal('');
  const shown = useSignal<{ title: string; text: string } | undefined>(undefined);
  const path = `/merchants/${merchant}`;

  const load = async (): Promise<void> => {
    data.value = await getJson<MerchantSettings>(`${path}/settings`);
  };
  useEffect(() => {
    load().catch((error: Error) => (problem.value = error.message));
  }, [merchant]);

  /** Does something, says what went wrong, and shows what is there now. */
  const act = async <T,>(work: Promise<T>): Promise<T | undefined> => {
    try {
      const answer = await work;
      problem.value = '';
      await load();
      return answer;
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  };
  const reveal = async (
    title: string,
    work: Promise<Record<string, string | null>>,
    field: string,
  ): Promise<void> => {
    const answer = await act(work);
    const text = answer?.[field];
    if (text) shown.value = { title, text };
  };

  const settings = data.value;
  if (!settings) return <p class="muted">{problem.value || 'Loading…'}</p>;
  const props = { settings, isOwner, act, reveal, path };
  return (
    <>
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {shown.value && <Secret {...shown.value} onClose={() => (shown.value = undefined)} />}
      {tab === 'users' ? <Users {...props} /> : tab === 'audit' ? <Audit path={path} /> : <Keys {...props} />}
    </>
  );
};

interface PartProps {
  readonly settings: MerchantSettings;
  readonly isOwner: boolean;
  readonly path: string;
  readonly act: <T>(work: Promise<T>) => Promise<T | undefined>;
  readonly reveal: (
    title: string,
    work: Promise<Record<string, string | null>>,
    field: string,
  ) => Promise<void>;
}

const Keys = ({ settings, isOwner, path, act, reveal }: PartProps): JSX.Element => {
  const addOrigin = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    void act(sendJson('POST', `${path}/origins`, { origin: new FormData(form).get('origin') })).then(
      (ok) => ok && form.reset(),
    );
  };
  const isDisabled = settings.disabledMs !== null;
  return (
    <>
      <section class="block">
        <h2>Origins</h2>
        <p class="muted">Pages at exactly these addresses may send. Scheme, host and port; no path.</p>
        <ul class="list">
          {settings.origins.map((origin) => (
            <li key={origin}>
              <code>{origin}</code>
              {isOwner && (
                <button
                  type="button"
                  class="quiet"
                  onClick={() => void act(sendJson('DELETE', `${path}/origins`, { origin }))}
                >
                  Remove
                </button>
              )}
            </li>
          ))}
        </ul>
        {isOwner && (
          <form class="inline" onSubmit={addOrigin}>
            <input name="origin" required placeholder="https://shop.example" aria-label="New origin" />
            <button type="submit">Add origin</button>
          </form>
        )}
      </section>
      <KeyList
        title="Site keys"
        text="Public: they stand in the page's source. They open sessions of assurance A1, from the origins above only."
        keys={settings.keys.filter((k) => k.kind === 'site')}
        {...{ isOwner, path, act }}
        onMake={() => void act(sendJson('POST', `${path}/site-keys`))}
      />
      <KeyList
        title="Secret keys"
        text="For your server alone: it signs grants with one (assurance A2). To rotate: make a new one, change it on your server, then revoke the old one. Both work meanwhile."
        keys={settings.keys.filter((k) => k.kind === 'secret')}
        {...{ isOwner, path, act }}
        onMake={() => void reveal('New secret key', sendJson('POST', `${path}/secret-keys`), 'key')}
      />
      {isOwner && (
        <section class="block">
          <h2>{isDisabled ? 'Disabled' : 'Disable'}</h2>
          <p class="muted">
            {isDisabled
              ? 'Nothing of this merchant is taken.'
              : 'Stop taking anything from this merchant. What is there stays.'}
          </p>
          <button
            type="button"
            onClick={() => void act(sendJson('PUT', `${path}/disabled`, { disabled: !isDisabled }))}
          >
            {isDisabled ? 'Take again' : 'Disable merchant'}
          </button>
        </section>
      )}
    </>
  );
};

const KeyList = (props: {
  title: string;
  text: string;
  keys: readonly KeyInfo[];
  isOwner: boolean;
  path: string;
  act: PartProps['act'];
  onMake: () => void;
}): JSX.Element => (
  <section class="block">
    <h2>{props.title}</h2>
    <p class="muted">{props.text}</p>
    <ul class="list">
      {props.keys.map((key) => (
        <li key={key.id} class={key.revokedMs === null ? '' : 'gone'}>
          <code>{key.kind === 'secret' ? `gsk_${key.id}_…` : key.id}</code>
          <span class="muted">
            {key.revokedMs === null
              ? `made ${dateTime(key.createdMs)}`
              : `revoked ${dateTime(key.revokedMs)}`}
          </span>
          {props.isOwner && key.revokedMs === null && (
            <button
              type="button"
              class="quiet"
              onClick={() => void props.act(sendJson('DELETE', `${props.path}/keys/${key.id}`))}
            >
              Revoke
            </button>
          )}
        </li>
      ))}
    </ul>
    {props.isOwner && (
      <button type="button" onClick={props.onMake}>
        Make another
      </button>
    )}
  </section>
);

const Users = ({ settings, isOwner, path, act, reveal }: PartProps): JSX.Element => {
  const invite = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const body = Object.fromEntries(new FormData(form));
    void reveal(
      `Invitation for ${body.email as string}`,
      sendJson('POST', `${path}/users`, body),
      'link',
    ).then(() => form.reset());
  };
  return (
    <section class="block">
      <h2>Users</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">E-mail</th>
            <th scope="col">Role</th>
            <th scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {settings.users.map((u) => (
            <tr key={u.id}>
              <td>{u.name}</td>
              <td>
                {u.email.endsWith('.invalid') ? <span class="muted">not set yet</span> : u.email}
                {!u.hasPassword && <span class="flag">no password yet</span>}
              </td>
              <td>
                {u.everywhere ? (
                  <span class="muted">{u.role} of everything</span>
                ) : (
                  <select
                    value={u.role}
                    disabled={!isOwner || u.id === me.value?.user.id}
                    aria-label={`Role of ${u.name}`}
                    onChange={(e) =>
                      void act(sendJson('PUT', `${path}/users/${u.id}`, { role: e.currentTarget.value }))
                    }
                  >
                    {ROLES.map((r) => (
                      <option key={r} value={r}>
                        {r}
                      </option>
                    ))}
                  </select>
                )}
              </td>
              <td>
                {isOwner && !u.everywhere && (
                  <>
                    <button
                      type="button"
                      class="quiet"
                      onClick={() =>
                        void reveal(
                          `Sign-in link for ${u.email}`,
                          sendJson('POST', `${path}/users/${u.id}/link`),
                          'link',
                        )
                      }
                    >
                      New link
                    </button>
                    <button
                      type="button"
                      class="quiet"
                      onClick={() => void act(sendJson('PUT', `${path}/users/${u.id}`, { role: null }))}
                    >
                      Remove
                    </button>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {isOwner && (
        <form class="inline" onSubmit={invite}>
          <input name="name" required maxLength={80} placeholder="Name" aria-label="Name" />
          <input name="email" type="email" required placeholder="E-mail" aria-label="E-mail" />
          <select name="role" aria-label="Role">
            {ROLES.map((r) => (
              <option key={r} value={r}>
                {r}
              </option>
            ))}
          </select>
          <button type="submit">Invite</button>
        </form>
      )}
    </section>
  );
};

const Audit = ({ path }: { path: string }): JSX.Element => {
  const entries = useSignal<readonly AuditEntry[] | undefined>(undefined);
  useEffect(() => {
    getJson<{ entries: AuditEntry[] }>(`${path}/audit`)
      .then((answer) => (entries.value = answer.entries))
      .catch(() => (entries.value = []));
  }, [path]);
  if (entries.value?.length === 0) return <p class="muted">Nothing was changed yet.</p>;
  return (
    <table class="block">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">Of</th>
        </tr>
      </thead>
      <tbody>
        {entries.value?.map((e) => (
          <tr key={e.id}>
            <td>{dateTime(e.atMs)}</td>
            <td>{e.user}</td>
            <td>{e.action}</td>
            <td>
              <code>{e.target}</code> <span class="muted">{e.detail}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
