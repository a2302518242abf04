import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createApiFixture } from './api-fixture.ts';
import { ACTIONS, actionsOf, type Need, ROUTE_ACTIONS } from './permissions.ts';

const docs = readFileSync(new URL('../../../docs/console.md', import.meta.url), 'utf8');
const OIDC = { issuer: 'http://localhost:1', clientId: 'x', clientSecret: '', name: 'x' };
const routesOf = async (): Promise<string[]> => {
  const signIn = { passwords: true, passkeys: true, trustedProxyHops: 0, oidc: OIDC };
  const { api } = await createApiFixture({}, { signIn });
  const routes = api.routes.filter((r) => r.method !== 'ALL');
  return [...new Set(routes.map((r) => `${r.method} ${r.path.replace(/^\/api/, '')}`))];
};

describe('permissions', () => {
  it('have a row for every route, and no other', async () => {
    expect(Object.keys(ROUTE_ACTIONS).sort()).toEqual((await routesOf()).sort());
  });

  it('use every action', () => {
    expect([...new Set(Object.values(ROUTE_ACTIONS))].sort()).toEqual(Object.keys(ACTIONS).sort());
  });

  it('stand in docs/console.md, action by action', () => {
    const ROLES = ['viewer', 'analyst', 'owner', 'all:viewer', 'all:analyst', 'all:owner'] as const;
    const rows = Object.values(ACTIONS)
      .filter(({ needs }) => needs !== 'anyone' && needs !== 'user')
      .map(({ needs, doc }) => {
        // A role for all merchants counts as that role for each of them, too.
        const marks = ROLES.map((role) => {
          const everywhere = role.startsWith('all:') ? role.slice(4) : undefined;
          const may = actionsOf((everywhere ?? role) as 'viewer', everywhere as 'viewer' | undefined);
          return may.some((a) => ACTIONS[a].doc === doc && ACTIONS[a].needs === needs) ? 'yes' : '';
        });
        return `| ${doc} | ${marks.join(' | ')} |`;
      });
    expect(docs.match(/^\| [a-z][^|]* \|(?: (?:yes)? ?\|){6}$/gm)).toEqual(rows);
  });

  it('stand in docs/console.md, route by route', () => {
    const told = [...docs.matchAll(/^\| `((?:GET|POST|PUT|DELETE) )\/api([^`]*)` \| ([^|]*) \|/gm)];
    const words: Record<Need, string> = {
      anyone: 'anyone',
      user: 'signed in',
      viewer: 'viewer',
      analyst: 'analyst',
      owner: 'owner',
      'all:viewer': 'viewer of all',
      'all:analyst': 'analyst of all',
      'all:owner': 'owner of all',
    };
    const rows = told.map(([, method, path, who]) => [`${method}${path}`, who]);
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(Object.entries(ROUTE_ACTIONS).map(([r, a]) => [r, words[ACTIONS[a].needs]])),
    );
  });
});
