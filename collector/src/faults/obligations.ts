import { bodyOf, frameOf, post } from '../collector-fixture.ts';

/** For fault tests: senders that behave like the SDK, and the book of what was acknowledged to them. */
export interface Obligations {
  /** Batches that were acknowledged: `session/batchSeq`. */
  readonly acknowledged: ReadonlySet<string>;
  /** Batches that were ever sent. */
  readonly sent: ReadonlySet<string>;
  /** Sends with all senders until told to stop; each resends the same bytes until they are acknowledged. */
  run(url: () => string | undefined, stopped: () => boolean): Promise<void>;
  /** Answers seen, by status; 0 for a broken connection. */
  readonly answers: ReadonlyMap<number, number>;
}

/** Logs in each batch. */
export const LOGS = 5;

/** The session id in a token. */
export const sessionOf = (token: string): string =>
  Buffer.from(token, 'base64url').subarray(11, 27).toString('hex');

/** @param tokens one of each sender */
export const createObligations = (tokens: readonly string[]): Obligations => {
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  const answers = new Map<number, number>();
  const senders = tokens.map((token) => ({ token, session: sessionOf(token), next: 0, body: '' }));

  const step = async (sender: (typeof senders)[number], url: string): Promise<void> => {
    const id = `${sender.session}/${sender.next}`;
    sender.body ||= bodyOf(sender.token, frameOf(sender.next, LOGS));
    sent.add(id);
    const status = await post(`${url}/v1/logs`, sender.body).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (status === 202) {
      acknowledged.add(id);
      sender.next++;
      sender.body = '';
    } else await new Promise((resolve) => setTimeout(resolve, 5));
  };

  return {
    acknowledged,
    sent,
    answers,
    run: async (url, stopped) => {
      await Promise.all(
        senders.map(async (sender) => {
          while (!stopped()) {
            const at = url();
            if (at === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
            else await step(sender, at);
          }
        }),
      );
    },
  };
};
