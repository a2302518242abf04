import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';

/**
 * Zones of the bucket and how many days their objects live at most. Gander itself removes landing objects after 14 days, once they
 * are compacted; the rule is for what is left when nobody compacts, and gives two weeks to notice.
 */
export const ZONES = [
  { prefix: 'landing/', days: 30 },
  { prefix: 'lake/logs/', days: 396 },
  { prefix: 'lake/transactions/', days: 396 },
  { prefix: 'lake/inventory/', days: 396 },
  { prefix: 'lake/compacted/', days: 31 },
  { prefix: 'dead-letter/', days: 30 },
  { prefix: 'athena-results/', days: 7 },
] as const;

/**
 * The lake's bucket. Not versioned: an old version would keep what `gander erase` has erased. It outlives the stack.
 */
export const createLakeBucket = (stack: Stack): Bucket =>
  new Bucket(stack, 'Lake', {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: false,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      ...ZONES.map(({ prefix, days }) => ({
        id: prefix.replace(/\/$/, '').replaceAll('/', '-'),
        prefix,
        expiration: Duration.days(days),
      })),
      { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
  });
