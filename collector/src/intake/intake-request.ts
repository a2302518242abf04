import type { IncomingMessage } from 'node:http';
import { type Answer, refuse } from './answer.ts';
import { clientIp } from './client-ip.ts';
import { readBody } from './read-body.ts';

/** One request for an intake, its body read and counted. */
export interface IntakeRequest {
  readonly body: Buffer;
  /** The Origin header, as it came. */
  readonly origin: string | undefined;
  /** What limits count by. */
  readonly ip: string;
}

export interface IntakeOptions {
  /** Largest body, bytes. */
  readonly limit: number;
  /** How many of our own proxies stand in front. */
  readonly hops: number;
  /** Whether any served merchant lists the origin. */
  readonly isKnownOrigin: (origin: string) => boolean;
  readonly handle: (request: IntakeRequest) => Promise<Answer>;
}

const TEXT = /^text\/plain\s*(?:;|$)/i;

/** Content type → encoding → counted body → the intake itself. */
export const takeRequest = async (incoming: IncomingMessage, options: IntakeOptions): Promise<Answer> => {
  const { headers } = incoming;
  const { origin } = headers;
  const type = headers['content-type'];
  if (type !== USUAL_TYPE && !TEXT.test(type ?? '')) return refuseEarly('content_type', origin, options);
  if (headers['content-encoding'] !== undefined) return refuseEarly('content_encoding', origin, options);
  const body = await readBody(incoming, options.limit);
  if (body === 'too_large') return refuseEarly('too_large', origin, options);
  if (body === 'aborted') return refuseEarly('body_timeout', origin, options);
  const ip = clientIp(incoming.socket.remoteAddress, forwardedFor(incoming), options.hops);
  return options.handle({ body, origin, ip });
};
const USUAL_TYPE = 'text/plain;charset=UTF-8';

/** The whole X-Forwarded-For, however many headers it came in. */
const forwardedFor = (incoming: IncomingMessage): string | undefined => {
  const value = incoming.headers['x-forwarded-for'];
  return Array.isArray(value) ? value.join(',') : value;
};

const refuseEarly = (
  error: Parameters<typeof refuse>[0],
  origin: string | undefined,
  { isKnownOrigin }: IntakeOptions,
): Answer => refuse(error, { readable: origin !== undefined && isKnownOrigin(origin) });
