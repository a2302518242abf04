import type { ActionName } from '@gander/collector/api';
import type { JSX } from 'preact';
import { route } from '../../shell/router.ts';
import { may, me } from '../../shell/session.ts';
import { AccountPage } from './account-page.tsx';
import { ChangesTab } from './changes-tab.tsx';
import { IntegrationPage } from './integration-page.tsx';
import { KeysTab } from './keys-tab.tsx';
import { NewMerchant } from './new-merchant.tsx';
import { QuotasTab } from './quotas-tab.tsx';
import { UsersTab } from './users-tab.tsx';

const TABS: readonly {
  readonly id: string;
  readonly label: string;
  readonly needs: ActionName;
  readonly view: (props: { merchant: string }) => JSX.Element;
}[] = [
  { id: '', label: 'Keys and origins', needs: 'read_settings', view: KeysTab },
  { id: 'integration', label: 'Integration', needs: 'read_settings', view: IntegrationPage },
  { id: 'quotas', label: 'Quotas', needs: 'read_settings', view: QuotasTab },
  { id: 'users', label: 'Users', needs: 'manage_users', view: UsersTab },
  { id: 'audit', label: 'Changes', needs: 'read_changes', view: ChangesTab },
];

/** Merchants and what belongs to them; one's own account. Address: `/settings/<merchant>/<tab>` or `/settings/account`. */
export const SettingsView = (): JSX.Element => {
  const [, first = '', tab = ''] = route.value.path.slice(1).split('/');
  const merchants = (me.value?.merchants ?? []).filter((m) => may('read_settings', m.id));
  // A viewer has nothing to set but their own account.
  const canMake = me.value?.installation === 'owner';
  const isMerchantless =
    first === 'account' ||
    (canMake && (first === 'new' || first === 'installation')) ||
    (first === '' && merchants.length === 0);
  const merchant = merchants.find((m) => m.id === first) ?? (first === '' ? merchants[0] : undefined);
  const isOwn = isMerchantless && first !== 'new' && first !== 'installation';
  const tabs = TABS.filter((t) => merchant && may(t.needs, merchant.id));
  const current = tabs.find((t) => t.id === tab) ?? tabs[0];
  return (
    <div class="settings">
      <nav class="side" aria-label="Settings">
        {(merchants.length > 0 || canMake) && <h2>Merchants</h2>}
        {merchants.map((m) => (
          <a key={m.id} href={`/settings/${m.id}`} aria-current={merchant?.id === m.id ? 'page' : undefined}>
            {m.name}
          </a>
        ))}
        {canMake && (
          <a href="/settings/new" class="add" aria-current={first === 'new' ? 'page' : undefined}>
            New merchant
          </a>
        )}
        {canMake && (
          <a href="/settings/installation" aria-current={first === 'installation' ? 'page' : undefined}>
            Installation
          </a>
        )}
        <h2>You</h2>
        <a href="/settings/account" aria-current={isOwn ? 'page' : undefined}>
          Account
        </a>
      </nav>
      <div class="settings-body">
        {first === 'new' && canMake && <NewMerchant />}
        {first === 'installation' && canMake && (
          <>
            <header class="settings-head">
              <h1>Installation</h1>
            </header>
            <ChangesTab />
          </>
        )}
        {isOwn && <AccountPage />}
        {merchant && current && !isMerchantless && (
          <>
            <header class="settings-head">
              <h1>{merchant.name}</h1>
              <p class="muted">
                Merchant <code>{merchant.id}</code> · you are {article(merchant.role)}
              </p>
            </header>
            <nav class="tabs" aria-label={`Settings of ${merchant.name}`}>
              {tabs.map((t) => (
                <a
                  key={t.id}
                  href={`/settings/${merchant.id}${t.id && `/${t.id}`}`}
                  aria-current={t === current ? 'page' : undefined}
                >
                  {t.label}
                </a>
              ))}
            </nav>
            <current.view key={`${merchant.id}/${current.id}`} merchant={merchant.id} />
          </>
        )}
        {!merchant && !isMerchantless && (
          <div class="empty">
            <h1>Nothing here</h1>
            <p>
              There is no such merchant, or these settings are not yours to see.{' '}
              <a href="/settings/account">Your account</a>
            </p>
          </div>
        )}
      </div>
    </div>
  );
};

const article = (role: string): string => `${/^[aeiou]/.test(role) ? 'an' : 'a'} ${role}`;
