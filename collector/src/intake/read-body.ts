import type { IncomingMessage } from 'node:http';

/** Why a body could not be read. */
export type BodyFault = 'too_large' | 'aborted';

/**
 * Reads a request's body, counting what really arrives: a Content-Length is only believed when it says too much.
 * @param limit bytes
 * @param done called once, at once or later
 */
export const readBody = (
  incoming: IncomingMessage,
  limit: number,
  done: (body: Buffer | BodyFault) => void,
): void => {
  if (Number(incoming.headers['content-length']) > limit) {
    done('too_large');
    return;
  }
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let size = 0;
  // A flag: taking the listeners off again costs more than all the rest of this.
  let isDone = false;
  const end = (body: Buffer | BodyFault): void => {
    if (isDone) return;
    isDone = true;
    done(body);
  };
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > limit) {
      incoming.off('data', onData).pause();
      end('too_large');
    } else if (!first) first = chunk;
    else if (more) more.push(chunk);
    else more = [first, chunk];
  };
  incoming.on('data', onData);
  incoming.on('end', () => end(more ? Buffer.concat(more) : (first ?? Buffer.alloc(0))));
  incoming.on('close', () => end('aborted'));
};
