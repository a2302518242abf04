import { covers, type Role } from '../users/roles.ts';

/**
 * Least a user must be: `anyone` before signing in; `user` signed in; a role for the merchant that a request is about; or a role for
 * all merchants, which is who runs the installation.
 */
export type Need = 'anyone' | 'user' | Role | `all:${Role}`;

/** THE table of what users may do, and who may. docs/console.md has it too. */
export const ACTIONS = {
  sign_in: { needs: 'anyone', doc: 'sign in and out' },
  be_oneself: { needs: 'user', doc: 'see and change one’s own profile, passkeys and saved filters' },
  read: { needs: 'viewer', doc: 'see transactions, timelines, logs and aggregates; search' },
  take_out: { needs: 'analyst', doc: 'export logs' },
  share: { needs: 'analyst', doc: 'share saved filters with the merchant’s users' },
  read_settings: {
    needs: 'analyst',
    doc: 'see origins, keys (never a secret), quotas and the integration page',
  },
  manage: { needs: 'owner', doc: 'change origins and keys, stop and go on taking logs' },
  manage_users: { needs: 'owner', doc: 'see, invite and remove users, change their roles' },
  read_changes: { needs: 'owner', doc: 'see the trail of changes' },
  read_health: { needs: 'all:viewer', doc: 'see the health of the installation' },
  read_all_changes: {
    needs: 'all:owner',
    doc: 'see the trail of changes of accounts and of the installation',
  },
  run: { needs: 'all:owner', doc: 'make merchants, set quotas, drive dead letters again' },
} as const satisfies Record<string, { needs: Need; doc: string }>;

export type ActionName = keyof typeof ACTIONS;

/**
 * THE table of routes: which action each is. One that is not here answers nobody; its merchant comes from the path, or from `merchant`
 * in the query and else is all that the user may read.
 */
export const ROUTE_ACTIONS: Readonly<Record<string, ActionName>> = {
  'GET /auth/methods': 'sign_in',
  'POST /auth/sign-in/link': 'sign_in',
  'POST /auth/sign-in/email': 'sign_in',
  'POST /auth/sign-in/oidc': 'sign_in',
  'GET /auth/callback/oidc': 'sign_in',
  'POST /auth/sign-in/passkey/options': 'sign_in',
  'POST /auth/sign-in/passkey': 'sign_in',
  'POST /auth/sign-out': 'sign_in',
  'GET /me': 'be_oneself',
  'PUT /me/profile': 'be_oneself',
  'POST /me/oidc': 'be_oneself',
  'GET /me/passkeys': 'be_oneself',
  'POST /me/passkeys/options': 'be_oneself',
  'POST /me/passkeys': 'be_oneself',
  'DELETE /me/passkeys/:passkey': 'be_oneself',
  'GET /filters': 'be_oneself',
  'POST /filters': 'be_oneself',
  'DELETE /filters/:filter': 'be_oneself',
  'GET /transactions': 'read',
  'GET /merchants/:merchant/transactions/:transaction': 'read',
  'GET /merchants/:merchant/transactions/:transaction/stream': 'read',
  'GET /merchants/:merchant/transactions/:transaction/logs/:session/:seq': 'read',
  'GET /logs': 'read',
  'GET /logs/facets': 'read',
  'GET /logs/tail': 'read',
  'GET /logs/export/:format': 'take_out',
  'GET /aggregates': 'read',
  'GET /search': 'read',
  'GET /health': 'read_health',
  'POST /health/dead-letters/redrive': 'run',
  'GET /audit': 'read_all_changes',
  'POST /merchants': 'run',
  'GET /merchants/:merchant/settings': 'read_settings',
  'GET /merchants/:merchant/integration': 'read_settings',
  'PUT /merchants/:merchant/quotas/:quota': 'run',
  'PUT /merchants/:merchant/disabled': 'manage',
  'POST /merchants/:merchant/origins': 'manage',
  'DELETE /merchants/:merchant/origins': 'manage',
  'POST /merchants/:merchant/site-keys': 'manage',
  'POST /merchants/:merchant/secret-keys': 'manage',
  'DELETE /merchants/:merchant/keys/:key': 'manage',
  'GET /merchants/:merchant/users': 'manage_users',
  'POST /merchants/:merchant/users': 'manage_users',
  'PUT /merchants/:merchant/users/:user': 'manage_users',
  'POST /merchants/:merchant/users/:user/link': 'manage_users',
  'GET /merchants/:merchant/audit': 'read_changes',
  'PUT /merchants/:merchant/filters/:filter': 'share',
  'DELETE /merchants/:merchant/filters/:filter': 'share',
};

/** The actions that a role for a merchant allows, and a role for all merchants on top. */
export const actionsOf = (role: Role, everywhere: Role | undefined): ActionName[] =>
  (Object.keys(ACTIONS) as ActionName[]).filter((name) => {
    const { needs } = ACTIONS[name];
    if (needs === 'anyone' || needs === 'user') return true;
    return needs.startsWith('all:')
      ? covers(everywhere, needs.slice(4) as Role)
      : covers(role, needs as Role);
  });
