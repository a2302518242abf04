import type { IncomingMessage } from 'node:http';

/** Why a body could not be read. */
export type BodyFault = 'too_large' | 'aborted';

/**
 * Reads a request's body, counting what really arrives: a Content-Length is only believed when it says too much.
 * @param limit bytes
 */
export const readBody = (incoming: IncomingMessage, limit: number): Promise<Buffer | BodyFault> =>
  new Promise((resolve) => {
    if (Number(incoming.headers['content-length']) > limit) return resolve('too_large');
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let size = 0;
    const end = (result: Buffer | BodyFault): void => {
      incoming.off('data', onData).off('end', onEnd).off('close', onAbort);
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) {
        incoming.pause();
        end('too_large');
      } else if (!first) first = chunk;
      else if (more) more.push(chunk);
      else more = [first, chunk];
    };
    const onEnd = (): void => end(more ? Buffer.concat(more) : (first ?? Buffer.alloc(0)));
    const onAbort = (): void => end('aborted');
    incoming.on('data', onData).on('end', onEnd).on('close', onAbort);
  });
