import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { loadRootKey, openRegistry, readConfig } from '@gander/collector';
import { shardOf } from '@gander/log-codes';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ensureS3Server, type S3Server, startS3Server } from '../../../scripts/setup/s3-server.mjs';
import { startGander } from './start-gander.ts';

const missing = await ensureS3Server();
if (missing) {
  const text = `SKIPPED: one process with its lake in a real S3 server: ${missing}`;
  if (process.env.CI) throw new Error(text);
  console.error(text);
}

const BUCKET = 'lake';
const LOGS = 20;

describe.skipIf(missing)('one process with its lake in a bucket', () => {
  let server: S3Server;
  let client: S3Client;
  let dataDir: string;
  beforeAll(async () => {
    server = await startS3Server();
    vi.stubEnv('AWS_ACCESS_KEY_ID', server.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.secretAccessKey);
    client = new S3Client({
      endpoint: server.endpoint,
      region: server.region,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      credentials: { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey },
    });
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    dataDir = mkdtempSync(join(tmpdir(), 'gander-bucket-'));
  }, 120_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    client?.destroy();
    await server?.stop();
    if (dataDir) rmSync(dataDir, { recursive: true, force: true });
  });

  const keys = async (below: string): Promise<string[]> => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: below }));
    return Contents.map((o) => o.Key!);
  };

  it('shows in the console what another process landed there, and compacts it', {
    timeout: 120_000,
  }, async () => {
    const registry = await openRegistry({ dataDir, rootKey: loadRootKey(dataDir), pollMs: 0 });
    const { id: merchant } = await registry.createMerchant({
      name: 'Shop',
      origins: ['https://shop.example'],
    });
    await registry.stop();
    const receivedMs = Date.now() - 26 * 3_600_000;
    const [dt = '', time = ''] = new Date(receivedMs).toISOString().split('T');
    const rows = Array.from({ length: LOGS }, (_, seq) =>
      JSON.stringify({
        merchant,
        session: 'ab'.repeat(16),
        transaction: 'order_1',
        log_seq: seq,
        batch_seq: 0,
        code: 1220,
        event_ts: receivedMs - 100 + seq,
        lag_ms: 100 - seq,
        skew_ms: 0,
        assurance: 2,
        late: false,
        collector: 'c2',
      }),
    );
    await client.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key: `g/landing/logs/dt=${dt}/hour=${time.slice(0, 2)}/shard=${shardOf(merchant, 1)}/c2-b0-00000001-0.ndjson.gz`,
        Body: gzipSync(`${rows.join('\n')}\n`),
      }),
    );

    const gander = await startGander({
      config: readConfig(
        {
          dataDir,
          port: 0,
          logLevel: 'fatal',
          landing: {
            target: 's3',
            s3: {
              bucket: BUCKET,
              prefix: 'g/',
              region: server.region,
              endpoint: server.endpoint,
              forcePathStyle: true,
            },
          },
          lake: { everyMs: 1_000 },
        },
        {},
      ),
      consolePort: 0,
      demoPort: null,
      say: () => undefined,
    });
    try {
      const signedIn = await fetch(`${gander.console}/api/auth/sign-in/link`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: gander.console },
        body: JSON.stringify({ token: new URL(gander.signIn!).hash.slice(1) }),
      });
      const cookie = signedIn.headers
        .getSetCookie()
        .map((c) => c.split(';')[0])
        .join('; ');
      const timeline = async (): Promise<{ status: number; logs: number }> => {
        const answer = await fetch(`${gander.console}/api/merchants/${merchant}/transactions/order_1`, {
          headers: { cookie },
        });
        const { logs = [] } = (await answer.json()) as { logs?: unknown[] };
        return { status: answer.status, logs: logs.length };
      };
      expect(await timeline()).toEqual({ status: 200, logs: LOGS });
      const part = `g/lake/logs/dt=${dt}/shard=00/part-0000.parquet`;
      await vi.waitFor(async () => expect(await keys('g/lake/logs/')).toEqual([part]), {
        timeout: 30_000,
        interval: 200,
      });
      expect(await timeline()).toEqual({ status: 200, logs: LOGS });
    } finally {
      await gander.stop();
    }
  });
});
