import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metrics } from '../metrics.ts';
import type { DeliveryCounts } from '../registry/delivery-counts.ts';
import { type Answer, refuse } from './answer.ts';
import { answerHeaders } from './answer-headers.ts';
import { type IntakeOptions, takeRequest } from './intake-request.ts';

export interface LogsRouteOptions extends IntakeOptions {
  readonly metrics: Metrics;
  /** Counts by merchant what was refused. */
  readonly deliveries?: Pick<DeliveryCounts, 'add'> | undefined;
  readonly onError: (error: unknown, route: string) => void;
}

/** What `POST /v1/logs` is counted by. */
export type LogsRoute = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/**
 * `POST /v1/logs` straight on Node's request and response. It is the one route that is called thousands of times a second; building
 * a Request, a Context and a Response for it costs more than all the rest of the intake (docs/decisions/collector.md).
 */
export const createLogsRoute = (options: LogsRouteOptions): LogsRoute => {
  const { metrics, deliveries, onError } = options;
  let received = 0;
  let answered = 0;
  let counted = 0;
  metrics.onScrape(() => {
    metrics.count('gander_received_batches_total', received - counted);
    counted = received;
    metrics.set('gander_inflight_batches', received - answered);
  });

  const send = (outgoing: ServerResponse, answer: Answer, origin: string | undefined): void => {
    answered++;
    if (answer.error) {
      const labels = { reason: answer.error, merchant: answer.merchant ?? '-' };
      metrics.count('gander_refused_batches_total', 1, labels);
      if (answer.merchant) deliveries?.add(answer.merchant, answer.error);
    }
    if (outgoing.destroyed) return;
    const headers = answerHeaders(answer, origin);
    headers['content-length'] = answer.body === undefined ? '0' : String(answer.body.length);
    outgoing.writeHead(answer.status, headers);
    outgoing.end(answer.body);
  };

  return (incoming, outgoing) => {
    received++;
    const started = performance.now();
    const { origin } = incoming.headers;
    takeRequest(incoming, options).then(
      (answer) => {
        send(outgoing, answer, origin);
        if (!answer.error) metrics.observe('gander_answer_seconds', (performance.now() - started) / 1_000);
      },
      (error: unknown) => {
        onError(error, '/v1/logs');
        send(outgoing, refuse('internal'), origin);
      },
    );
  };
};
