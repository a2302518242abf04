import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFirehoseDelivery, type DeliveryOptions } from './firehose-delivery-emulator.ts';

/** For tests: a Firehose delivery stream on loopback, as strict as the real one where it matters. */
export interface FirehoseEmulator {
  readonly url: string;
  /** Requests that were answered, by their outcome. */
  readonly calls: { accepted: number; refused: number };
  readonly records: { accepted: number; failed: number };
  /** Lets time pass: buffers that are old enough are delivered. */
  advance(ms: number): void;
  stop(): Promise<void>;
}

export interface FirehoseEmulatorOptions extends DeliveryOptions {
  readonly stream: string;
  /** Error code of a record that is not taken this time; undefined when it is. */
  readonly fail?: (record: number, call: number) => string | undefined;
  /** Drops the connection after the call was carried out, so that its answer is lost. */
  readonly loseAnswer?: (call: number) => boolean;
}

/** Limits of PutRecordBatch: https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html */
const MAX_RECORDS = 500;
const MAX_RECORD_BYTES = 1_000 * 1_024;
const MAX_CALL_BYTES = 4 * 1_024 * 1_024;

interface PutRecordBatch {
  readonly DeliveryStreamName?: string;
  readonly Records?: readonly { readonly Data?: string }[];
}

/**
 * Starts the emulator: PutRecordBatch of the JSON 1.1 protocol with its limits and partial failures; behind it de-aggregation,
 * dynamic partitioning by the real jq, buffering by size and time, gzip, and the error prefix.
 */
export const startFirehoseEmulator = async (options: FirehoseEmulatorOptions): Promise<FirehoseEmulator> => {
  const delivery = createFirehoseDelivery(options);
  const calls = { accepted: 0, refused: 0 };
  const records = { accepted: 0, failed: 0 };

  const take = (data: readonly Buffer[]): object => {
    const call = calls.accepted++;
    const RequestResponses = data.map((record, i) => {
      const code = options.fail?.(i, call);
      if (code) {
        records.failed++;
        return { ErrorCode: code, ErrorMessage: 'Slow down.' };
      }
      records.accepted++;
      delivery.take(record);
      return { RecordId: `${call}-${i}` };
    });
    return {
      FailedPutCount: RequestResponses.filter((r) => 'ErrorCode' in r).length,
      Encrypted: false,
      RequestResponses,
    };
  };

  const server = createServer((request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    };
    const refuse = (type: string, message: string): void => {
      calls.refused++;
      answer(400, { __type: type, message });
    };
    bodyOf(request).then(
      (body) => {
        const fault = headerFault(request);
        if (fault) return refuse('MissingAuthenticationTokenException', fault);
        const input = JSON.parse(body) as PutRecordBatch;
        if (input.DeliveryStreamName !== options.stream)
          return refuse('ResourceNotFoundException', 'no such stream');
        const data = (input.Records ?? []).map((r) => Buffer.from(r.Data ?? '', 'base64'));
        const limit = limitFault(data);
        if (limit) return refuse('InvalidArgumentException', limit);
        const result = take(data);
        if (options.loseAnswer?.(calls.accepted - 1)) return void response.destroy();
        answer(200, result);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    records,
    advance: (ms) => delivery.advance(ms),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const headerFault = (request: IncomingMessage): string | undefined => {
  if (request.headers['x-amz-target'] !== 'Firehose_20150804.PutRecordBatch') return 'unknown operation';
  return request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') ? undefined : 'not signed';
};

const limitFault = (data: readonly Buffer[]): string | undefined => {
  if (data.length < 1 || data.length > MAX_RECORDS) return 'between 1 and 500 records';
  if (data.some((d) => d.length > MAX_RECORD_BYTES)) return 'a record is larger than 1,000 KiB';
  return data.reduce((sum, d) => sum + d.length, 0) > MAX_CALL_BYTES ? 'larger than 4 MiB' : undefined;
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};
