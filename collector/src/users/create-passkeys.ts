import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { UserTables } from './user-tables.ts';

/** A passkey as its user sees it. */
export interface PasskeyRecord {
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly usedMs: number | null;
}

/** Passkeys of the console's users (https://www.w3.org/TR/webauthn-3/). Bodies go to and come from a browser as they are. */
export interface Passkeys {
  registrationOptions(user: {
    id: string;
    name: string;
    email: string;
  }): Promise<PublicKeyCredentialCreationOptionsJSON>;
  /** @returns whether it was taken: the challenge is ours and unused, and the authenticator's word is right */
  register(userId: string, name: string, response: unknown): Promise<boolean>;
  authenticationOptions(): Promise<PublicKeyCredentialRequestOptionsJSON>;
  /** @returns whose passkey answered one of our challenges, which is thereby used up */
  authenticate(response: unknown): Promise<string | undefined>;
  list(userId: string): Promise<readonly PasskeyRecord[]>;
  /** @returns whether the user had it */
  remove(userId: string, id: string): Promise<boolean>;
}

/** Values that are kept until they are taken, once. */
export interface OneTimeValues {
  put(identifier: string, value: string, expiresAt: Date): Promise<unknown>;
  /** Takes a value away; null when there is none, or it is too old. */
  take(identifier: string): Promise<string | null>;
}

export interface PasskeysOptions {
  readonly db: Kysely<UserTables>;
  /** Address of the console: its host is what passkeys are bound to. */
  readonly consoleUrl: string;
  readonly oneTime: OneTimeValues;
  readonly clock: () => number;
}

const CHALLENGE_MS = 5 * 60_000;
/** Of one user. */
export const MAX_PASSKEYS = 20;

/** The form that both kinds of answer share; what is in them is for @simplewebauthn/server to judge. */
const answerSchema = z.looseObject({
  id: z.string().max(1400),
  response: z.looseObject({ clientDataJSON: z.string().max(4000) }),
});
const clientDataSchema = z.looseObject({ challenge: z.string().max(200) });

/** The challenge that an answer says it answers; whether it is one of ours shows when it is taken. */
const challengeOf = (response: z.output<typeof answerSchema>): string => {
  try {
    const text = Buffer.from(response.response.clientDataJSON, 'base64url').toString('utf8');
    return clientDataSchema.parse(JSON.parse(text)).challenge;
  } catch {
    return '';
  }
};

export const createPasskeys = ({ db, consoleUrl, oneTime, clock }: PasskeysOptions): Passkeys => {
  const { hostname: rpID, origin } = new URL(consoleUrl);
  const keep = (kind: string, challenge: string, value: string) =>
    oneTime.put(`passkey-${kind}:${challenge}`, value, new Date(clock() + CHALLENGE_MS));

  return {
    async registrationOptions({ id, name, email }) {
      const own = await db.selectFrom('passkeys').select('id').where('user_id', '=', id).execute();
      const options = await generateRegistrationOptions({
        rpName: 'Gander',
        rpID,
        userName: email,
        userDisplayName: name,
        userID: new TextEncoder().encode(id),
        attestationType: 'none',
        excludeCredentials: own,
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      await keep('new', options.challenge, id);
      return options;
    },

    async register(userId, name, response) {
      const parsed = answerSchema.safeParse(response);
      if (!parsed.success) return false;
      const challenge = challengeOf(parsed.data);
      if ((await oneTime.take(`passkey-new:${challenge}`)) !== userId) return false;
      const verified = await verifyRegistrationResponse({
        response: parsed.data as unknown as RegistrationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: rpID,
        requireUserVerification: true,
      }).catch(() => undefined);
      if (!verified?.verified || !verified.registrationInfo) return false;
      const { credential } = verified.registrationInfo;
      const { count } = await db
        .selectFrom('passkeys')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
      if (Number(count) >= MAX_PASSKEYS) return false;
      const added = await db
        .insertInto('passkeys')
        .values({
          id: credential.id,
          user_id: userId,
          name,
          public_key: Buffer.from(credential.publicKey).toString('base64url'),
          counter: credential.counter,
          transports: JSON.stringify(credential.transports ?? []),
          created_ms: clock(),
          used_ms: null,
        })
        .onConflict((c) => c.doNothing())
        .executeTakeFirst();
      return Number(added.numInsertedOrUpdatedRows) === 1;
    },

    async authenticationOptions() {
      const options = await generateAuthenticationOptions({ rpID, userVerification: 'required' });
      await keep('sign-in', options.challenge, '-');
      return options;
    },

    async authenticate(response) {
      const parsed = answerSchema.safeParse(response);
      if (!parsed.success) return;
      const challenge = challengeOf(parsed.data);
      if ((await oneTime.take(`passkey-sign-in:${challenge}`)) === null) return;
      const row = await db
        .selectFrom('passkeys')
        .selectAll()
        .where('id', '=', parsed.data.id)
        .executeTakeFirst();
      if (!row) return;
      const verified = await verifyAuthenticationResponse({
        response: parsed.data as unknown as AuthenticationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: rpID,
        requireUserVerification: true,
        credential: {
          id: row.id,
          publicKey: new Uint8Array(Buffer.from(row.public_key, 'base64url')),
          counter: row.counter,
        },
      }).catch(() => undefined);
      if (!verified?.verified) return;
      await db
        .updateTable('passkeys')
        .set({ counter: verified.authenticationInfo.newCounter, used_ms: clock() })
        .where('id', '=', row.id)
        .execute();
      return row.user_id;
    },

    async list(userId) {
      const rows = await db
        .selectFrom('passkeys')
        .select(['id', 'name', 'created_ms', 'used_ms'])
        .where('user_id', '=', userId)
        .orderBy('created_ms')
        .execute();
      return rows.map((r) => ({ id: r.id, name: r.name, createdMs: r.created_ms, usedMs: r.used_ms }));
    },

    async remove(userId, id) {
      const gone = await db
        .deleteFrom('passkeys')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return Number(gone.numDeletedRows) > 0;
    },
  };
};
