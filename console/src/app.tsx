import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { signedOut } from './shell/api-client.ts';
import { lazyView } from './shell/lazy-view.tsx';
import { route } from './shell/router.ts';
import { loadMe, me } from './shell/session.ts';
import { Shell } from './shell/shell.tsx';
import { SignInView } from './views/sign-in/sign-in-view.tsx';
import { TimelineView } from './views/timeline/timeline-view.tsx';
import { TransactionsView } from './views/transactions/transactions-view.tsx';

/** Signed in? Then the frame, and in it the view that the address names. */
export const App = (): JSX.Element => {
  const { path } = route.value;
  useEffect(() => {
    if (path !== '/sign-in') void loadMe();
  }, []);
  useSignalEffect(() => {
    if (signedOut.value) me.value = undefined;
  });
  if (path === '/sign-in' || signedOut.value) return <SignInView />;
  if (!me.value) return <p class="loading">Loading…</p>;
  return <Shell>{view(path)}</Shell>;
};

const LogsView = lazyView(async () => (await import('./views/logs/logs-view.tsx')).LogsView);
const AggregatesView = lazyView(
  async () => (await import('./views/aggregates/aggregates-view.tsx')).AggregatesView,
);
const SettingsView = lazyView(async () => (await import('./views/settings/settings-view.tsx')).SettingsView);
const HealthView = lazyView(async () => (await import('./views/health/health-view.tsx')).HealthView);
const CompareView = lazyView(async () => (await import('./views/compare/compare-view.tsx')).CompareView);

const view = (path: string): JSX.Element => {
  const [first = '', merchant = '', transaction = ''] = path.slice(1).split('/').map(decodeURIComponent);
  if (first === '') return <TransactionsView />;
  if (first === 'logs') return <LogsView />;
  if (first === 'aggregates') return <AggregatesView />;
  if (first === 'settings') return <SettingsView />;
  if (first === 'health') return <HealthView />;
  if (first === 'compare') return <CompareView />;
  if (first === 't' && transaction)
    return <TimelineView key={path} merchant={merchant} transaction={transaction} />;
  return (
    <div class="empty">
      <h1>Nothing here</h1>
      <p>
        There is no such page. <a href="/">All transactions</a>
      </p>
    </div>
  );
};
