import { isTransactionReference, looksLikeCardNumber } from '@gander/log-codes';
import { z } from 'zod';

const token = z
  .string()
  .min(79)
  .max(132)
  .regex(/^[A-Za-z0-9_-]+$/)
  .optional()
  .meta({
    description: 'The session’s current token, when only its transaction changes: the session id stays.',
  });
const visit = z
  .string()
  .regex(/^[a-z0-9]{8,40}$/)
  .optional()
  .meta({
    description:
      'A random name of the page visit: requests under one name open one session, also when the answer to one was lost.',
  });
const transaction = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,40}$/)
  .optional()
  .meta({
    description: 'The merchant’s own reference of the transaction; no card number.',
  });
const type = z
  .int()
  .min(0)
  .max(9)
  .optional()
  .meta({ description: 'Transaction type, the first digit of stored log codes.' });
const key = z
  .string()
  .regex(/^gpk_[A-Za-z0-9_-]{22}$/)
  .meta({ description: 'A publishable site key.' });
const grant = z
  .string()
  .max(800)
  .regex(/^gr1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/)
  .meta({
    description: 'A grant, made by the merchant’s server (docs/grants.md).',
  });

/** The body of `POST /v1/sessions`: by a site key, or by a grant. */
export const sessionRequestSchema = z.union([
  z.strictObject({ key, transaction, type, visit, token }),
  z.strictObject({ grant, visit, token }),
]);
export type SessionRequest = z.output<typeof sessionRequestSchema>;

/** The answer to it. */
export const sessionAnswerSchema = z.strictObject({
  t: z.string().meta({ description: 'The session token, for the bodies of /v1/logs.' }),
  now: z.int().meta({ description: 'Server time, ms since 1970.' }),
  ttl: z.int().meta({ description: 'Life of the token, seconds.' }),
  limits: z.strictObject({
    batch_bytes: z.int().meta({ description: 'Largest body of /v1/logs.' }),
    logs: z.int().meta({ description: 'Most logs in one batch.' }),
  }),
});

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a session request: undefined when it is not of its form, `card_number` when its reference looks like one. */
export const parseSessionRequest = (body: Uint8Array): SessionRequest | 'card_number' | undefined => {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(body);
    value = JSON.parse(text);
  } catch {
    return;
  }
  if (typeof value !== 'object' || value === null || keysIn(text) !== Object.keys(value).length) return;
  const { transaction: reference } = value as { transaction?: unknown };
  if (typeof reference === 'string' && looksLikeCardNumber(reference)) return 'card_number';
  const parsed = sessionRequestSchema.safeParse(value);
  if (!parsed.success) return;
  if (
    'transaction' in parsed.data &&
    parsed.data.transaction !== undefined &&
    !isTransactionReference(parsed.data.transaction)
  )
    return;
  return parsed.data;
};

/** How many keys the text writes: JSON.parse keeps the last of two that are the same, which is a way past other readers. */
const keysIn = (text: string): number => text.match(/"(?:[^"\\]|\\.)*"(?=\s*:)/g)?.length ?? 0;
