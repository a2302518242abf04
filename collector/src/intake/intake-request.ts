import type { IncomingMessage } from 'node:http';
import type { ErrorName } from '../errors.ts';
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
export const takeRequest = (incoming: IncomingMessage, options: IntakeOptions): Promise<Answer> => {
  const { headers } = incoming;
  const { origin } = headers;
  const type = headers['content-type'];
  const early = (error: ErrorName): Answer =>
    refuse(error, { readable: origin !== undefined && options.isKnownOrigin(origin) });
  if (type !== USUAL_TYPE && !TEXT.test(type ?? '')) return Promise.resolve(early('content_type'));
  if (headers['content-encoding'] !== undefined) return Promise.resolve(early('content_encoding'));
  const ip = clientIp(incoming.socket.remoteAddress, forwardedFor(incoming), options.hops);
  return new Promise((resolve, reject) => {
    readBody(incoming, options.limit, (body) => {
      if (body === 'too_large') return resolve(early('too_large'));
      if (body === 'aborted') return resolve(early('body_timeout'));
      options.handle({ body, origin, ip }).then(resolve, reject);
    });
  });
};
const USUAL_TYPE = 'text/plain;charset=UTF-8';

/** The whole X-Forwarded-For, however many headers it came in. */
const forwardedFor = (incoming: IncomingMessage): string | undefined => {
  const value = incoming.headers['x-forwarded-for'];
  return Array.isArray(value) ? value.join(',') : value;
};
