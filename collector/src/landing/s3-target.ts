import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { LandingTarget } from './landing-target.ts';
import { encryptionOf, type S3Config } from './open-s3-client.ts';
import { uploadMs } from './request-timeouts.ts';

/**
 * Lands into a bucket. An object is created only where there is none (`If-None-Match: *`): a PUT whose answer was lost, or that a
 * process before had done, is found there (412) and counts as stored.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export const createS3Target = (client: Pick<S3Client, 'send'>, config: S3Config): LandingTarget => ({
  async put(key, body) {
    const command = new PutObjectCommand({
      Bucket: config.bucket,
      Key: `${config.prefix}${key}`,
      Body: body,
      ContentLength: body.length,
      ContentType: 'application/gzip',
      IfNoneMatch: '*',
      ...encryptionOf(config),
    });
    try {
      await client.send(command, { requestTimeout: uploadMs(body.length) });
      return 'stored';
    } catch (error) {
      const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
      if ($metadata?.httpStatusCode === 412) return 'exists';
      throw error;
    }
  },
});
