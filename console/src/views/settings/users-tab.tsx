import type { UsersAnswer } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { getJson, sendJson } from '../../shell/api-client.ts';
import { formFields } from '../../shell/form-fields.ts';
import { me } from '../../shell/session.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { Problem } from './problem.tsx';
import { Secret } from './secret.tsx';
import { useAction } from './use-action.ts';

/** Roles for one merchant, and what each may. */
const ROLES = [
  { role: 'viewer', may: 'sees transactions, timelines, logs and aggregates' },
  { role: 'analyst', may: 'also exports, shares filters, and sees keys and the integration page' },
  { role: 'owner', may: 'also changes keys, origins and users, and sees every change' },
] as const;

type User = UsersAnswer['users'][number];

/** The users of a merchant; invites, and takes back. */
export const UsersTab = ({ merchant }: { merchant: string }): JSX.Element => {
  const users = useSignal<readonly User[] | undefined>(undefined);
  const shown = useSignal<{ title: string; text: string } | undefined>(undefined);
  const path = `/merchants/${merchant}/users`;
  const { problem, act } = useAction(async () => {
    users.value = (await getJson<UsersAnswer>(path)).users;
  });
  useEffect(() => void act(Promise.resolve()), []);
  if (!users.value) return <p class="muted">{problem.value || 'Loading…'}</p>;

  const reveal = async (title: string, work: Promise<{ link: string | null }>): Promise<void> => {
    const answer = await act(work);
    if (answer?.link) shown.value = { title, text: answer.link };
  };
  const invite = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const body = formFields(form);
    const work = sendJson<{ link: string | null }>('POST', path, body).then((answer) => {
      form.reset();
      return answer;
    });
    void reveal(`Invitation for ${body.email}`, work);
  };
  return (
    <>
      <Problem problem={problem} />
      {shown.value && (
        <Secret
          {...shown.value}
          text={shown.value.text}
          note="Hand it over yourself: it works once and within a day. Who has an account already signs in to it, and then opens the link."
          onClose={() => (shown.value = undefined)}
        />
      )}
      <section class="block">
        <h2>Users</h2>
        <ul class="list users">
          {users.value.map((u) => (
            <li key={u.id}>
              <div class="who">
                <strong>{u.name}</strong>
                {u.id === me.value?.user.id && <span class="you">you</span>}
                {u.pending && (
                  <span
                    class="you"
                    title="Has an account already; the role counts once they accept the invitation"
                  >
                    invited
                  </span>
                )}
                <span class="muted">{u.email.endsWith('.invalid') ? 'no e-mail yet' : u.email}</span>
              </div>
              {u.everywhere ? (
                <span class="muted">{u.role} of all merchants</span>
              ) : (
                <select
                  value={u.role}
                  disabled={u.id === me.value?.user.id}
                  aria-label={`Role of ${u.name}`}
                  onChange={(e) =>
                    void act(sendJson('PUT', `${path}/${u.id}`, { role: e.currentTarget.value }))
                  }
                >
                  {ROLES.map(({ role }) => (
                    <option key={role} value={role}>
                      {role}
                    </option>
                  ))}
                </select>
              )}
              {!u.everywhere && u.id !== me.value?.user.id && (
                <span class="actions">
                  <button
                    type="button"
                    class="quiet"
                    onClick={() =>
                      void reveal(
                        `Sign-in link for ${u.name}`,
                        sendJson<{ link: string | null }>('POST', `${path}/${u.id}/link`),
                      )
                    }
                  >
                    New link<span class="visually-hidden"> for {u.name}</span>
                  </button>
                  <ConfirmButton
                    label="Remove"
                    about={u.name}
                    confirm="Remove from this merchant"
                    onConfirm={() => void act(sendJson('PUT', `${path}/${u.id}`, { role: null }))}
                  />
                </span>
              )}
            </li>
          ))}
        </ul>
      </section>
      <section class="block">
        <h2>Invite</h2>
        <p class="muted">You get a link to hand over; no mail is sent.</p>
        <form class="inline" onSubmit={invite}>
          <input
            name="name"
            required
            maxLength={80}
            placeholder="Name"
            aria-label="Name"
            autocomplete="off"
          />
          <input
            name="email"
            type="email"
            required
            placeholder="E-mail"
            aria-label="E-mail"
            autocomplete="off"
          />
          <select name="role" aria-label="Role">
            {ROLES.map(({ role }) => (
              <option key={role} value={role}>
                {role}
              </option>
            ))}
          </select>
          <button type="submit" class="primary">
            Invite
          </button>
        </form>
        <dl class="roles">
          {ROLES.map(({ role, may }) => (
            <div key={role}>
              <dt>{role}</dt>
              <dd class="muted">{may}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
};
