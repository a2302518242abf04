import { sendJson } from './api-client.ts';

/** Whether this browser can read and write passkeys as JSON (all since spring 2025). */
export const hasPasskeys = (): boolean =>
  typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

/** The person closed the browser's question, or there is no passkey: nothing to say. */
export const isCancelled = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError');

/** Signs in by a passkey that the person chooses. @throws ApiFailure, DOMException */
export const signInByPasskey = async (): Promise<void> => {
  const options = await sendJson<PublicKeyCredentialRequestOptionsJSON>(
    'POST',
    '/auth/sign-in/passkey/options',
  );
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey });
  await sendJson('POST', '/auth/sign-in/passkey', { response: credential });
};

/** Makes a passkey for who is signed in. @throws ApiFailure, DOMException */
export const addPasskey = async (name: string): Promise<void> => {
  const options = await sendJson<PublicKeyCredentialCreationOptionsJSON>('POST', '/me/passkeys/options');
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await navigator.credentials.create({ publicKey });
  await sendJson('POST', '/me/passkeys', { name, response: credential });
};
