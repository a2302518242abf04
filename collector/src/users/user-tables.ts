/**
 * The console's own tables, beside the four that better-auth keeps (`console_users`, `console_sessions`, `console_accounts`,
 * `console_verifications`). Times are ms since 1970. Made by console-migrations.ts.
 */
export interface UserTables {
  /**
   * Who may do what: `merchant` is an id, or `*` for all of them. `pending` is 1 while it is an invitation that the person has not
   * accepted, and gives nothing.
   */
  memberships: { user_id: string; merchant: string; role: string; created_ms: number; pending: number };
  /** Who changed what. `merchant` is `*` for what concerns the installation. Nothing secret stands in `detail`. */
  audit: {
    id: string;
    at_ms: number;
    user_id: string;
    user_name: string;
    merchant: string;
    action: string;
    target: string;
    detail: string;
  };
  /** `merchant` is null for one's own, else all its users see it. */
  saved_filters: {
    id: string;
    user_id: string;
    name: string;
    query: string;
    created_ms: number;
    merchant?: string | null;
  };
  /** `id` is the credential's, in base64url; `public_key` is COSE in base64url; `transports` a JSON array. */
  passkeys: {
    id: string;
    user_id: string;
    name: string;
    public_key: string;
    counter: number;
    transports: string;
    created_ms: number;
    used_ms: number | null;
  };
  console_users: { id: string; name: string; email: string; emailVerified: boolean | number };
  console_sessions: { id: string; userId: string };
  console_verifications: { id: string; identifier: string; value: string; expiresAt: Date | string };
  console_accounts: {
    id: string;
    userId: string;
    providerId: string;
    password: string | null;
    idToken: string | null;
    updatedAt: unknown;
  };
}
