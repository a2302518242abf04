import { WIRE_VERSION } from '@gander/log-codes';
import {
  FrameError,
  type FrameFault,
  type FrameHead,
  fromBase64Url,
  inspectFrame,
} from '@gander/log-codes/decode';
import type { ErrorName } from '../errors.ts';
import { JournalError } from '../journal/journal-error.ts';
import type { OpenJournal } from '../journal/open-journal.ts';
import type { Metrics } from '../metrics.ts';
import type { DeliveryCounts } from '../registry/delivery-counts.ts';
import type { Merchant, Registry } from '../registry/registry.ts';
import { type Answer, refuse } from './answer.ts';
import type { Clock } from './clock.ts';
import type { IntakeRequest } from './intake-request.ts';
import type { Limits } from './limits.ts';
import type { Replays } from './replays.ts';
import { originHash, type Tokens } from './token.ts';
import type { CachedToken, TokenCache } from './token-cache.ts';
import type { TokenAge, TokenTimes } from './token-times.ts';

export interface AcceptLogsOptions {
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly tokenCache: TokenCache;
  readonly times: TokenTimes;
  readonly limits: Limits;
  readonly journal: OpenJournal;
  /** Batches that other collectors took; absent where there is one collector. */
  readonly replays?: Replays | undefined;
  readonly metrics: Metrics;
  /** Counts by merchant what was sent again. */
  readonly deliveries?: Pick<DeliveryCounts, 'add'> | undefined;
  readonly clock: Clock;
}

/** What became of a batch: stored now, kept before, or refused. */
type Outcome = 'stored' | 'kept' | Answer;

/** Frames lie in Node's pool for the moment until they are in the journal: a buffer of its own for each is a microsecond or two. */
const allocate = (size: number): Buffer => Buffer.allocUnsafe(size);

const PREFIX = Buffer.from(`${WIRE_VERSION}.`, 'latin1');
const DOT = 46;

/** Takes a batch: token → limits → decode → duplicate? → journal → 202. The route has counted its bytes. */
export const createAcceptLogs = (
  options: AcceptLogsOptions,
): ((request: IntakeRequest) => Promise<Answer>) => {
  const { registry, tokens, tokenCache, times, limits, journal, replays, metrics, deliveries, clock } =
    options;
  /** Batches on their way into the journal: a resend that overtakes its acknowledgement waits for the same commit. */
  const underWay = new Map<string, Promise<Outcome>>();

  /** @returns a refusal; or the seconds until limits that are near are far again, 0 when none is */
  const limited = async (token: CachedToken, late: boolean, ip: string): Promise<Answer | number> => {
    const { merchant, session } = token;
    // Promises only where a store must be asked.
    let taken = (late ? limits.late : limits.session).take(session);
    if (typeof taken === 'object') taken = await taken;
    if (taken > 0) return refuse('limit_session', { merchant, readable: true, retryAfter: taken });
    let near = -taken;
    taken = limits.ip.take(ip);
    if (typeof taken === 'object') taken = await taken;
    if (taken > 0) return refuse('limit_ip', { merchant, readable: true, retryAfter: taken });
    near = Math.max(near, -taken);
    taken = (late ? limits.lateMerchant : limits.merchant).take(merchant);
    if (typeof taken === 'object') taken = await taken;
    if (taken > 0) return refuse('limit_merchant', { merchant, readable: true, retryAfter: taken });
    return Math.max(near, -taken);
  };

  const store = async (
    token: CachedToken,
    age: TokenAge,
    frame: Uint8Array,
    head: FrameHead,
  ): Promise<Outcome> => {
    const { merchant, session, transaction, assurance } = token;
    const late = age === 'late';
    try {
      const claim = replays && (await replays.claim(session, head.batchSeq));
      if (claim === 'kept') return 'kept';
      if (claim === 'elsewhere') return refuse('elsewhere', { merchant, readable: true });
      const receivedMs = clock.now();
      await journal.append({ merchant, session, transaction, assurance, late, receivedMs, frame });
      replays?.keep(session, head.batchSeq);
    } catch (error) {
      replays?.giveUp(session, head.batchSeq);
      if (!(error instanceof JournalError)) throw error;
      return refuse(JOURNAL_ERRORS[error.fault], { merchant, readable: true });
    }
    metrics.count('gander_journal_logs_total', head.logCount);
    metrics.count('gander_acknowledged_batches_total');
    metrics.count('gander_acknowledged_logs_total', head.logCount);
    if (late) metrics.count('gander_late_batches_total');
    return 'stored';
  };

  const conclude = (outcome: Outcome, token: CachedToken, merchant: Merchant, near: number): Answer => {
    if (typeof outcome === 'object') return outcome;
    if (outcome === 'kept') {
      metrics.count('gander_duplicate_batches_total');
      deliveries?.add(merchant.id, 'duplicate');
    }
    const renewed = times.renewal(token);
    const t = renewed && tokens.mint({ ...token, ...renewed });
    const body = t || near ? JSON.stringify({ t, near: near || undefined }) : undefined;
    return { status: 202, body, merchant: merchant.id, readable: true };
  };

  return async ({ body, origin, ip }) => {
    const dot = body.length > 3 && body.subarray(0, 3).equals(PREFIX) ? body.indexOf(DOT, 3) : -1;
    if (dot < 0) return refuse('bad_envelope', { readable: isKnown(registry, origin) });
    const token = tokenCache.get(body.toString('latin1', 3, dot));
    const merchant = token && registry.merchant(token.merchant);
    if (!token || merchant?.disabledMs !== null)
      return refuse('bad_token', { readable: isKnown(registry, origin) });
    if (!mayUse(token, merchant, origin)) return refuse('wrong_origin', { merchant: merchant.id });
    const known = { merchant: merchant.id, readable: true };
    const age = times.ageOf(token);
    if (age === 'expired') return refuse('expired_token', known);
    if (age === 'early') return refuse('early_token', known);
    const near = await limited(token, age === 'late', ip);
    if (typeof near === 'object') return near;

    let frame: Uint8Array;
    let head: FrameHead;
    try {
      frame = fromBase64Url(body, dot + 1, allocate);
      head = inspectFrame(frame);
    } catch (error) {
      if (error instanceof FrameError) return refuse(FRAME_ERRORS[error.fault], known);
      throw error;
    }
    const { session } = token;
    if (journal.seen.has(session, head.batchSeq)) return conclude('kept', token, merchant, near);
    const id = `${session}${head.batchSeq}`;
    const first = underWay.get(id);
    if (first) {
      const outcome = await first;
      return conclude(outcome === 'stored' ? 'kept' : outcome, token, merchant, near);
    }
    const stored = store(token, age, frame, head);
    underWay.set(id, stored);
    try {
      return conclude(await stored, token, merchant, near);
    } finally {
      underWay.delete(id);
    }
  };
};

const isKnown = (registry: Registry, origin: string | undefined): boolean =>
  origin !== undefined && registry.isKnownOrigin(origin);

/** The page's origin must be the one the token was made for, and still be the merchant's. */
const mayUse = (token: CachedToken, merchant: Merchant, origin: string | undefined): boolean => {
  if (origin === undefined) return token.originHash === NO_ORIGIN;
  if (token.matchedOrigin !== origin) {
    if (originHash(origin) !== token.originHash) return false;
    token.matchedOrigin = origin;
  }
  return merchant.origins.has(origin);
};
const NO_ORIGIN = originHash(undefined);

const JOURNAL_ERRORS: Readonly<Record<JournalError['fault'], ErrorName>> = {
  full: 'journal_full',
  failing: 'journal_failing',
  stopped: 'stopping',
  locked: 'internal',
  damaged: 'internal',
};

const FRAME_ERRORS: Readonly<Record<FrameFault, ErrorName>> = {
  truncated: 'bad_frame',
  varint: 'bad_frame',
  trailing_bytes: 'bad_frame',
  transaction_type: 'bad_frame',
  no_logs: 'bad_frame',
  range: 'bad_frame',
  base64: 'bad_frame',
  too_many_labels: 'too_many_logs',
  too_many_logs: 'too_many_logs',
  too_many_args: 'too_many_logs',
  label: 'bad_label',
  card_number: 'card_number',
};
