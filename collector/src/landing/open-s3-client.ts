import { S3Client } from '@aws-sdk/client-s3';
import type { LandingConfig } from './landing-config.ts';
import { requestTimeouts } from './request-timeouts.ts';

export type S3Config = LandingConfig['s3'];

/**
 * A client for the bucket of the configuration; credentials come from where the AWS SDK looks for them.
 * https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/s3/
 * @param requestMs limit of a request that does not say its own, ms
 */
export const openS3Client = (config: S3Config, requestMs?: number): S3Client =>
  new S3Client({
    region: config.region,
    forcePathStyle: config.forcePathStyle,
    maxAttempts: 2,
    requestHandler: requestTimeouts(requestMs),
    // Other S3 servers do not all know the newer checksum trailers; a body's MD5 or the signature covers it there.
    ...(config.endpoint
      ? {
          endpoint: config.endpoint,
          requestChecksumCalculation: 'WHEN_REQUIRED' as const,
          responseChecksumValidation: 'WHEN_REQUIRED' as const,
        }
      : {}),
  });

/** Encryption headers of a PUT: SSE-KMS with the configured key, else the bucket's own default. */
export const encryptionOf = (
  config: S3Config,
): { ServerSideEncryption?: 'aws:kms'; SSEKMSKeyId?: string; BucketKeyEnabled?: boolean } =>
  config.kmsKeyId
    ? { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: config.kmsKeyId, BucketKeyEnabled: true }
    : {};
