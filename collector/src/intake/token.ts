import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { FrameError, fromBase64Url } from '@gander/log-codes/decode';
import { deriveKey } from '../registry/root-key.ts';

/** What a session token says. Times are whole seconds since 1970. */
export interface TokenFields {
  /** Merchant id, 16 hex digits. */
  readonly merchant: string;
  /** Session id, 32 hex digits. */
  readonly session: string;
  /** The merchant's own reference, or `~` and the session id. */
  readonly transaction: string;
  readonly assurance: 1 | 2 | 3;
  /** {@link originHash} of the page's origin, 16 hex digits; zeros where the session was opened with none. */
  readonly originHash: string;
  /** When the session was opened; renewals keep it. */
  readonly issued: number;
  readonly expires: number;
}

/** A token whose MAC is right. Its times are for the caller to judge. */
export interface VerifiedToken extends TokenFields {
  /** Rotation period of the key that made it. */
  readonly period: number;
}

/** Makes and checks session tokens; nothing about a session needs to be remembered, so any collector can. */
export interface Tokens {
  /** The text of a token (base64url, at most 132 characters). */
  mint(fields: TokenFields): string;
  /** Undefined when it is malformed or forged, or its key is live no more. */
  verify(text: string): VerifiedToken | undefined;
  /**
   * Whether a period's key is live: this one's, the one after, by which a collector mints whose clock is ahead of ours, or was before ours
   * was set; and those before whose tokens may still be in use, the last at least. Whether a token is early or late, its times say.
   */
  isLive(period: number): boolean;
}

/*
 * version 1 · key id 1 · assurance 1 · merchant 8 · session 16 · origin hash 8 · issued 4 · expires 4 · transaction reference 0–40
 * · MAC 16; a token stands in every batch, so nothing that nobody reads (docs/decisions/0010-shorter-tokens.md)
 */
const VERSION = 1;
const FIXED = 43;
const MAC = 16;
/** The MAC covers it first, so that a token can never pass for another thing that the same key might sign one day. */
const PURPOSE = Buffer.from([0x54]);

/** First 8 bytes of SHA-256 of an origin, in hex; zeros for none. */
export const originHash = (origin: string | undefined): string =>
  origin === undefined ? '0'.repeat(16) : createHash('sha256').update(origin).digest('hex').slice(0, 16);

export interface TokensOptions {
  readonly rootKey: Uint8Array;
  readonly rotationDays: number;
  /** How long a token may be in use after it was minted: its life, the tolerated skew and the time in which late batches are taken. */
  readonly useSeconds: number;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
}

/** Keys change by the calendar: key id = 1 + period mod 255, key = HKDF(root key, period), so collectors need not agree on more. */
export const createTokens = ({ rootKey, rotationDays, useSeconds, now }: TokensOptions): Tokens => {
  const keys = new Map<number, Buffer>();
  const keyOf = (period: number): Buffer => {
    let key = keys.get(period);
    if (!key) {
      key = deriveKey(rootKey, `gander token|${period}`);
      keys.set(period, key);
    }
    return key;
  };
  const periodAt = (ms: number) => Math.floor(ms / (rotationDays * 86_400_000));
  const keyId = (period: number) => 1 + (period % 255);
  const oldest = Math.max(1, Math.ceil(useSeconds / (rotationDays * 86_400)));
  const live = (): number[] => {
    const period = periodAt(now());
    return Array.from({ length: oldest + 2 }, (_, age) => period + 1 - age);
  };
  /** Without a list: it is asked of every batch. */
  const isLive = (period: number): boolean => {
    const age = periodAt(now()) - period;
    return age >= -1 && age <= oldest;
  };
  const macOf = (period: number, bytes: Uint8Array): Buffer =>
    createHmac('sha256', keyOf(period)).update(PURPOSE).update(bytes).digest().subarray(0, MAC);

  return {
    isLive,
    mint: (f) => {
      const own = f.transaction.startsWith('~') ? '' : f.transaction;
      const bytes = Buffer.alloc(FIXED + own.length + MAC);
      const period = periodAt(now());
      bytes[0] = VERSION;
      bytes[1] = keyId(period);
      bytes[2] = f.assurance;
      bytes.write(f.merchant, 3, 8, 'hex');
      bytes.write(f.session, 11, 16, 'hex');
      bytes.write(f.originHash, 27, 8, 'hex');
      bytes.writeUInt32BE(f.issued, 35);
      bytes.writeUInt32BE(f.expires, 39);
      bytes.write(own, FIXED, 'latin1');
      macOf(period, bytes.subarray(0, -MAC)).copy(bytes, FIXED + own.length);
      return bytes.toString('base64url');
    },
    verify: (text) => {
      const bytes = decode(text);
      if (!bytes || bytes.length < FIXED + MAC || bytes.length > FIXED + 40 + MAC || bytes[0] !== VERSION)
        return;
      const period = live().find((p) => keyId(p) === bytes[1]);
      if (period === undefined) return;
      const end = bytes.length - MAC;
      if (!timingSafeEqual(macOf(period, bytes.subarray(0, end)), bytes.subarray(end))) return;
      const assurance = bytes[2]!;
      // Level 3 needs a proof that this version does not check, so it never counts as one.
      if (assurance !== 1 && assurance !== 2) return;
      const session = bytes.toString('hex', 11, 27);
      return {
        merchant: bytes.toString('hex', 3, 11),
        session,
        transaction: end > FIXED ? bytes.toString('latin1', FIXED, end) : `~${session}`,
        assurance,
        originHash: bytes.toString('hex', 27, 35),
        issued: bytes.readUInt32BE(35),
        expires: bytes.readUInt32BE(39),
        period,
      };
    },
  };
};

const decode = (text: string): Buffer | undefined => {
  if (text.length > 132) return;
  try {
    return Buffer.from(fromBase64Url(text).buffer);
  } catch (error) {
    if (error instanceof FrameError) return;
    throw error;
  }
};
