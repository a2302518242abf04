import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { queryConfigSchema } from './athena-config.ts';
import { openAthena } from './open-athena.ts';
import {
  faultOf,
  RECORDED,
  RECORDED_FAULTS,
  RECORDED_QUESTION,
  type Recorded,
} from './recorded-calls-fixture.ts';

const OPERATIONS: Readonly<Record<string, Recorded['call']>> = {
  'AmazonAthena.StartQueryExecution': 'start',
  'AmazonAthena.GetQueryExecution': 'look',
  'AmazonAthena.GetQueryResults': 'results',
  'AmazonAthena.StopQueryExecution': 'stop',
};

let server: Server;
let left: Recorded[];
let calls: { call: string | undefined; input: unknown }[];
/** Status and body of refusals that the recordings do not have. */
let refusal: { status: number; body: object } | undefined;

/**
 * The recordings over HTTP, as Athena's protocol has them (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html): what is
 * sent and read is then the AWS client's own work, signature, errors and tries again included.
 */
beforeEach(async () => {
  left = [];
  calls = [];
  refusal = undefined;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      // Made anew by the client for each start, so that a start whose answer was lost is not run twice.
      const { ClientRequestToken: token, ...input } = JSON.parse(body) as Record<string, unknown>;
      const call = OPERATIONS[String(request.headers['x-amz-target'])];
      if (call === 'start') expect(token).toMatch(/^[\w-]{32,128}$/);
      expect(request.headers.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/eu-central-1\/athena\//,
      );
      calls.push({ call, input });
      const next = left[0];
      // A refusal stands for as long as the client tries again.
      if (!next?.error) left.shift();
      const error = next?.error && {
        __type: `com.amazonaws.athena#${next.error.name}`,
        Message: next.error.message,
      };
      response.writeHead(refusal?.status ?? (error ? 400 : 200), {
        'content-type': 'application/x-amz-json-1.1',
      });
      response.end(JSON.stringify(refusal?.body ?? error ?? next?.output ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_ATHENA', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const open = (athena: object = {}) =>
  openAthena(queryConfigSchema.parse({ athena: { region: 'eu-central-1', ...athena } }).athena, tmpdir());

describe('the AWS client', () => {
  it('sends what was recorded, and what it reads is rows with their types', async () => {
    left = [...RECORDED['three looks and two pages']!];
    const expected = left.map(({ call, input }) => ({ call, input }));
    const lake = await open();
    const { rows } = await lake.query(RECORDED_QUESTION.sql, RECORDED_QUESTION.params);
    lake.close();
    expect(rows).toEqual(RECORDED_QUESTION.rows);
    expect(calls).toEqual(expected);
  });

  it('stops a query that takes too long', async () => {
    left = [
      { call: 'start', input: {}, output: { QueryExecutionId: 'q-1' } },
      ...Array.from({ length: 50 }, () => ({
        call: 'look' as const,
        input: {},
        output: { QueryExecution: { QueryExecutionId: 'q-1', Status: { State: 'RUNNING' } } },
      })),
    ];
    const lake = await open({ timeoutMs: 1_000 });
    expect(await faultOf(lake.query('select 1 as one'))).toBe('timeout');
    lake.close();
    expect(calls.at(-1)).toEqual({ call: 'stop', input: { QueryExecutionId: 'q-1' } });
  });

  it('says why a query failed, as it reads Athena’s own answers', async () => {
    for (const [name, fault] of RECORDED_FAULTS) {
      left = [...RECORDED[name]!];
      calls = [];
      const lake = await open();
      expect([name, await faultOf(lake.query('select 1 as one'))]).toEqual([name, fault]);
      lake.close();
      // Only what may pass by itself is tried again.
      expect([name, calls.filter(({ call }) => call === 'start').length]).toEqual([
        name,
        fault === 'busy' ? 4 : 1,
      ]);
    }
  }, 30_000);

  it('says that Athena refused where the request, its credentials or its workgroup are wrong', async () => {
    const refusals = [
      {
        __type: 'InvalidRequestException',
        AthenaErrorCode: 'INVALID_INPUT',
        Message: 'WorkGroup gander is not found.',
      },
      {
        __type: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
      },
      { __type: 'ExpiredTokenException', message: 'The security token included in the request is expired' },
      { __type: 'InvalidSignatureException', message: 'The request signature we calculated does not match' },
      { __type: 'MetadataException', Message: 'Database gander not found' },
    ];
    for (const body of refusals) {
      refusal = { status: 400, body };
      const lake = await open();
      expect([body.__type, await faultOf(lake.query('select 1 as one'))]).toEqual([body.__type, 'refused']);
      lake.close();
    }
    refusal = { status: 500, body: { __type: 'InternalServerException', Message: 'x' } };
    const lake = await open();
    expect(await faultOf(lake.query('select 1 as one'))).toBe('failed');
    lake.close();
  }, 30_000);
});
