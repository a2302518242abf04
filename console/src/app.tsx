import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { signedOut } from './shell/api-client.ts';
import { lazyView } from './shell/lazy-view.tsx';
import { pageOf } from './shell/page-of.ts';
import { route } from './shell/router.ts';
import { loadMe, me, sessionProblem } from './shell/session.ts';
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
  useArrival(path);
  if (path === '/sign-in' || signedOut.value) return <SignInView />;
  if (!me.value) return sessionProblem.value ? <Unreached /> : <p class="loading">Loading…</p>;
  return <Shell>{view(path)}</Shell>;
};

/** Names each page that is gone to, and takes who uses keys or a screen reader to its beginning. */
const useArrival = (path: string): void => {
  const arrived = useRef(path);
  useEffect(() => {
    document.title = pageOf(path)?.title ?? 'Nothing here · Gander';
    if (arrived.current !== path) document.getElementById('main')?.focus();
    arrived.current = path;
  }, [path]);
};

const Unreached = (): JSX.Element => (
  <div class="empty" role="alert">
    <h1>Nothing to show yet</h1>
    <p>{sessionProblem.value}</p>
    <p class="more">
      <button type="button" onClick={() => void loadMe()}>
        Try again
      </button>
    </p>
  </div>
);

const LogsView = lazyView(async () => (await import('./views/logs/logs-view.tsx')).LogsView);
const AggregatesView = lazyView(
  async () => (await import('./views/aggregates/aggregates-view.tsx')).AggregatesView,
);
const SettingsView = lazyView(async () => (await import('./views/settings/settings-view.tsx')).SettingsView);
const HealthView = lazyView(async () => (await import('./views/health/health-view.tsx')).HealthView);
const CompareView = lazyView(async () => (await import('./views/compare/compare-view.tsx')).CompareView);

const view = (path: string): JSX.Element => {
  const { view: name, rest } = pageOf(path) ?? {};
  const [merchant = '', transaction = ''] = rest ?? [];
  if (name === '') return <TransactionsView />;
  if (name === 'logs') return <LogsView />;
  if (name === 'aggregates') return <AggregatesView />;
  if (name === 'settings') return <SettingsView />;
  if (name === 'health') return <HealthView />;
  if (name === 'compare') return <CompareView />;
  if (name === 't') return <TimelineView key={path} merchant={merchant} transaction={transaction} />;
  return (
    <div class="empty">
      <h1>Nothing here</h1>
      <p>
        There is no such page. <a href="/">All transactions</a>
      </p>
    </div>
  );
};
