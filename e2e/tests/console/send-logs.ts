import { encodeFrame, encodeLog, toBase64Url } from '@gander/log-codes';
import type { Scripted } from './shopper-scripts.ts';

/** A session opened by hand, as the SDK opens it. */
export interface ScriptedSession {
  /** Sends logs as one batch, sealed now; they happened in the time before. Resolves once acknowledged. */
  send(logs: readonly Scripted[]): Promise<void>;
}

/** Opens a session with a site key (A1) from an origin of the merchant. */
export const openSession = async (options: {
  collector: string;
  key: string;
  origin: string;
  transaction: string;
  type?: number;
  /** How long ago the first log happened, ms: a whole checkout can be sent in a moment. Default: sent as it happens. */
  ageMs?: number;
}): Promise<ScriptedSession> => {
  const { collector, key, origin, transaction, type = 1 } = options;
  const headers = { 'content-type': 'text/plain;charset=UTF-8', origin };
  const answer = await fetch(`${collector}/v1/sessions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ key, transaction, type }),
  });
  if (answer.status !== 201) throw new Error(`session: ${answer.status} ${await answer.text()}`);
  const { t } = (await answer.json()) as { t: string };
  let batchSeq = 0;
  let logSeq = 0;
  let atMs = options.ageMs === undefined ? undefined : Date.now() - options.ageMs;
  return {
    async send(logs) {
      const bytes: number[] = [];
      const labels: string[] = [];
      const took = logs.reduce((sum, [since]) => sum + since, 0);
      for (const [since, log] of logs) encodeLog(bytes, log, since, labels);
      const header = {
        batchSeq: batchSeq++,
        firstLogSeq: logSeq,
        baseTimeMs: atMs ?? Date.now() - took,
        sentAfterMs: took,
        transactionType: type,
      };
      logSeq += logs.length;
      if (atMs !== undefined) atMs += took;
      const frame = toBase64Url(encodeFrame(header, labels, bytes, logs.length));
      const sent = await fetch(`${collector}/v1/logs`, { method: 'POST', headers, body: `G1.${t}.${frame}` });
      if (sent.status !== 202) throw new Error(`logs: ${sent.status} ${await sent.text()}`);
    },
  };
};

/** How long a script takes, ms. */
export const lengthOf = (logs: readonly Scripted[]): number => logs.reduce((sum, [since]) => sum + since, 0);
