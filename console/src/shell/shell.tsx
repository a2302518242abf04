import type { ComponentChildren, JSX } from 'preact';
import { route } from './router.ts';
import { SearchBox } from './search-box.tsx';
import { me, sessionProblem, signOut } from './session.ts';
import { THEMES, theme } from './theme.ts';

const PAGES = [
  { path: '/', label: 'Transactions' },
  { path: '/logs', label: 'Logs' },
  { path: '/aggregates', label: 'Aggregates' },
  { path: '/settings', label: 'Settings' },
] as const;

/** The frame around every view: name, pages, theme, sign-out. */
export const Shell = ({ children }: { children: ComponentChildren }): JSX.Element => (
  <>
    <a class="skip" href="#main">
      Skip to content
    </a>
    <header class="bar">
      <a class="brand" href="/">
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M1 11h3l2-7 3 6 2-3h4" />
        </svg>
        Gander
      </a>
      <nav class="pages" aria-label="Pages">
        {PAGES.map(({ path, label }) => (
          <a key={path} href={path} aria-current={isCurrent(path) ? 'page' : undefined}>
            {label}
          </a>
        ))}
        {me.value?.installation && (
          <a href="/health" aria-current={isCurrent('/health') ? 'page' : undefined}>
            Health
          </a>
        )}
      </nav>
      <div class="bar-end">
        <SearchBox />
        <label class="theme">
          <span class="visually-hidden">Theme</span>
          <select
            value={theme.value}
            onChange={(e) => (theme.value = e.currentTarget.value as typeof theme.value)}
          >
            {THEMES.map((t) => (
              <option key={t} value={t}>
                {t[0]!.toUpperCase() + t.slice(1)} theme
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="quiet" onClick={() => void signOut()} title={me.value?.user.email}>
          Sign out
        </button>
      </div>
    </header>
    {me.value && !me.value.user.canReturn && (
      <aside class="notice" aria-label="Your account">
        You are here by a link that works once. <a href="/settings/account">Set a password or a passkey</a> to
        come back later.
      </aside>
    )}
    {sessionProblem.value && (
      <p class="notice problem" role="alert">
        {sessionProblem.value}
      </p>
    )}
    <main id="main" tabIndex={-1}>
      {children}
    </main>
  </>
);

const isCurrent = (path: string): boolean =>
  path === '/'
    ? route.value.path === '/' || route.value.path.startsWith('/t/')
    : route.value.path.startsWith(path);
