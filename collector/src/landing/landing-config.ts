import { z } from 'zod';

const MiB = 1024 * 1024;
const whole = (min: number, max: number) => z.number().int().min(min).max(max);

/** Options of landing: part of the collector's configuration, where it is documented. */
export const landingConfigSchema = z
  .strictObject({
    target: z
      .enum(['local', 's3', 'firehose'])
      .default('local')
      .describe('Where rows are landed: a folder of the data folder, an S3 bucket, or a Firehose stream.'),
    intervalMs: whole(50, 3_600_000)
      .default(10_000)
      .describe('Longest time that acknowledged batches wait to be landed, ms.'),
    objectBytes: whole(1_024, 256 * MiB)
      .default(8 * MiB)
      .describe('Compressed bytes of one round of objects; more begins the next round.'),
    shards: whole(1, 256)
      .default(1)
      .describe('Number of shards that merchants are spread over; 16 when grown (docs/lake.md).'),
    s3: z
      .strictObject({
        bucket: z.string().default('').describe('Bucket of the lake.'),
        prefix: z
          .string()
          .regex(/^([A-Za-z0-9._-]+\/)*$/)
          .default('')
          .describe('Put before every key; empty or ending in a slash.'),
        region: z.string().default('us-east-1').describe('Region of the bucket.'),
        endpoint: z.string().default('').describe('Address of another S3 server than AWS; empty for AWS.'),
        forcePathStyle: z
          .boolean()
          .default(false)
          .describe('Bucket in the path and not in the host name: other S3 servers want it.'),
        kmsKeyId: z
          .string()
          .default('')
          .describe('Key for SSE-KMS; empty for the bucket’s own default encryption.'),
      })
      .prefault({})
      .describe('The S3 bucket. Credentials come from the usual AWS environment, files or role.'),
    firehose: z
      .strictObject({
        stream: z.string().default('').describe('Name of the delivery stream.'),
        region: z.string().default('us-east-1').describe('Region of the stream.'),
        endpoint: z.string().default('').describe('Address of another server than AWS; empty for AWS.'),
      })
      .prefault({})
      .describe('The Firehose delivery stream.'),
  })
  .refine(({ target, s3 }) => target !== 's3' || s3.bucket !== '', {
    path: ['s3', 'bucket'],
    message: 'landing.target s3 needs a bucket',
  })
  .refine(({ target, firehose }) => target !== 'firehose' || firehose.stream !== '', {
    path: ['firehose', 'stream'],
    message: 'landing.target firehose needs a stream',
  });

/** Options of landing, defaults filled in. */
export type LandingConfig = z.output<typeof landingConfigSchema>;

/**
 * Whether landing and lake are in a bucket; else they are below the data folder. Behind Firehose a collector need not know the bucket:
 * it then keeps its dead letters, and what was erased, in the data folder.
 */
export const isInBucket = ({ target, s3 }: Pick<LandingConfig, 'target' | 's3'>): boolean =>
  target === 's3' || (target === 'firehose' && s3.bucket !== '');
