/**
 * What batches are sent under: one per transaction. The request opens it; the token, once there, is part of each body. Plain data,
 * since it is stored in the outbox with the batches that wait for it.
 */
export interface Session {
  /** JSON that opens it: `{"key":…}` or `{"grant":…}`. */
  readonly request: string;
  token: string;
  /** When the token ends, by the device's wall clock; of what earlier visits left it is not asked. */
  until?: number;
}

/** What a merchant names itself and the transaction by. */
export interface Credentials {
  /** Publishable site key, `gpk_…` (level A1). */
  readonly key?: string | undefined;
  /** What the merchant's server printed into the page, `gr1.…` (level A2). */
  readonly grant?: string | undefined;
  /** The merchant's own reference; with a grant it stands in the grant. */
  readonly transaction?: string | undefined;
  /** 0 to 9; with a grant it stands in the grant. */
  readonly type: number;
  /** Random name of the page visit: asked for again under it, the session is the same (docs/decisions/0013-visits.md). */
  readonly visit: string;
}

/**
 * Keys and grants look so: no text needs escaping, no page can patch what escapes it, and a card number that a page passes by mistake is
 * neither sent nor stored.
 */
const CREDENTIAL = /^(gpk_|gr1\.)[\w.-]{1,600}$/;

/**
 * Creates a session that is not open yet.
 * @returns undefined when key and grant are missing or do not look like such
 */
export const createSession = (credentials: Credentials): Session | undefined => {
  const { key, grant, transaction, type, visit } = credentials;
  const credential = grant || key || '';
  if (!CREDENTIAL.test(credential)) return;
  const request = grant
    ? `"grant":"${grant}"`
    : `"key":"${key}"${transaction ? `,"transaction":"${transaction}"` : ''},"type":${type}`;
  return { request: `{${request},"visit":"${visit}"}`, token: '' };
};
