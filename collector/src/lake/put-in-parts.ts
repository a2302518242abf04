import { createReadStream } from 'node:fs';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { uploadMs } from '../landing/request-timeouts.ts';

/**
 * Sizes of uploads, bytes: one PUT takes 5 GiB, and an upload 10,000 parts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
export const UPLOAD_SIZES = { put: 5 * 1024 ** 3, part: 256 * 1024 ** 2 } as const;
export type UploadSizes = Readonly<Record<keyof typeof UPLOAD_SIZES, number>>;

export interface PartsOptions {
  readonly client: Pick<S3Client, 'send'>;
  /** Bucket, key and encryption. */
  readonly object: CreateMultipartUploadCommandInput;
  readonly file: string;
  readonly bytes: number;
  readonly partBytes: number;
  /** `If-Match` or `If-None-Match`, for the moment when it becomes the object. */
  readonly condition: { readonly IfMatch?: string; readonly IfNoneMatch?: string } | undefined;
  /** Asked just before it becomes the object: not every S3 server holds a condition there. */
  readonly mayReplace: () => Promise<boolean>;
}

/**
 * Uploads a file too large for one PUT. It becomes the object in one step, or not at all; of an upload that failed nothing stays, and
 * what a killed one leaves the bucket's lifecycle rule ends.
 * @returns false when the object is not what it was to replace
 */
export const putInParts = async (options: PartsOptions): Promise<boolean> => {
  const { client, object, file, bytes, partBytes } = options;
  const { Bucket, Key } = object;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  const abort = async (): Promise<void> => {
    // Then the lifecycle rule does it.
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
  };
  try {
    const Parts: CompletedPart[] = [];
    for (let start = 0; start < bytes; start += partBytes) {
      const end = Math.min(start + partBytes, bytes);
      const PartNumber = Parts.length + 1;
      const Body = createReadStream(file, { start, end: end - 1 });
      const part = { Bucket, Key, UploadId, PartNumber, Body, ContentLength: end - start };
      const { ETag } = await client.send(new UploadPartCommand(part), {
        requestTimeout: uploadMs(end - start),
      });
      Parts.push({ PartNumber, ETag });
    }
    if (!(await options.mayReplace())) {
      await abort();
      return false;
    }
    const complete = { Bucket, Key, UploadId, MultipartUpload: { Parts }, ...options.condition };
    await client.send(new CompleteMultipartUploadCommand(complete), { requestTimeout: uploadMs(partBytes) });
    return true;
  } catch (error) {
    await abort();
    throw error;
  }
};
