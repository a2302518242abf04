import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { sendJson } from '../../shell/api-client.ts';
import { navigate, route } from '../../shell/router.ts';
import { loadMe, me } from '../../shell/session.ts';
import { IntegrationPage } from './integration-page.tsx';
import { MerchantPage } from './merchant-page.tsx';
import { ProfileForm } from './profile-form.tsx';

const TABS = [
  { id: '', label: 'Keys and origins' },
  { id: 'integration', label: 'Integration' },
  { id: 'users', label: 'Users' },
  { id: 'audit', label: 'Changes' },
] as const;

/** Merchants and what belongs to them; one's own profile. Address: `/settings/<merchant>/<tab>` or `/settings/profile`. */
export const SettingsView = (): JSX.Element => {
  const [, first = '', tab = ''] = route.value.path.slice(1).split('/');
  const merchants = me.value?.merchants ?? [];
  const merchant = merchants.find((m) => m.id === first) ?? (first === '' ? merchants[0] : undefined);
  const isOwner = merchant?.role === 'owner';
  return (
    <div class="settings">
      <nav class="side" aria-label="Settings">
        <h2>Merchants</h2>
        {merchants.map((m) => (
          <a key={m.id} href={`/settings/${m.id}`} aria-current={merchant?.id === m.id ? 'page' : undefined}>
            {m.name}
          </a>
        ))}
        {me.value?.installation === 'owner' && <NewMerchant />}
        <h2>You</h2>
        <a href="/settings/profile" aria-current={first === 'profile' ? 'page' : undefined}>
          {me.value?.user.name}
          {!me.value?.user.hasPassword && <span class="flag">no password yet</span>}
        </a>
      </nav>
      <div class="settings-body">
        {first === 'profile' && <ProfileForm />}
        {merchant && first !== 'profile' && (
          <>
            <h1>{merchant.name}</h1>
            <p class="muted">
              <code>{merchant.id}</code>, you are {merchant.role}
            </p>
            <nav class="tabs" aria-label={`Settings of ${merchant.name}`}>
              {TABS.filter((t) => t.id !== 'audit' || isOwner).map((t) => (
                <a
                  key={t.id}
                  href={`/settings/${merchant.id}${t.id && `/${t.id}`}`}
                  aria-current={t.id === tab ? 'page' : undefined}
                >
                  {t.label}
                </a>
              ))}
            </nav>
            {tab === 'integration' ? (
              <IntegrationPage key={merchant.id} merchant={merchant.id} />
            ) : (
              <MerchantPage key={merchant.id} merchant={merchant.id} tab={tab} isOwner={isOwner} />
            )}
          </>
        )}
      </div>
    </div>
  );
};

const NewMerchant = (): JSX.Element => {
  const problem = useSignal('');
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    try {
      const { id } = await sendJson<{ id: string }>('POST', '/merchants', {
        name: data.get('name'),
        origins: [data.get('origin')],
      });
      form.reset();
      problem.value = '';
      await loadMe();
      navigate(`/settings/${id}/integration`);
    } catch {
      problem.value = 'An origin looks like https://shop.example: no path, no slash at its end.';
    }
  };
  return (
    <details>
      <summary>New merchant</summary>
      <form class="stack" onSubmit={(e) => void onSubmit(e)}>
        <input name="name" required maxLength={80} placeholder="Name" aria-label="Name" />
        <input name="origin" required placeholder="https://shop.example" aria-label="Origin of its pages" />
        {problem.value && <p class="problem">{problem.value}</p>}
        <button type="submit">Make</button>
      </form>
    </details>
  );
};
