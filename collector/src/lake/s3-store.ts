import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { encryptionOf, type S3Config } from '../landing/open-s3-client.ts';
import { uploadMs } from '../landing/request-timeouts.ts';
import { LakeChangedError, type LakeStore, type StoredObject } from './lake-store.ts';
import { nameOf } from './layout.ts';
import { putInParts, UPLOAD_SIZES, type UploadSizes } from './put-in-parts.ts';

/**
 * The lake in a bucket, by GET and PUT alone: DuckDB reads snapshots, which are kept in a local cache under their ETag.
 * @param cache local folder
 * @param sizes from which on a file is uploaded in parts, and theirs
 */
export const createS3Store = (
  client: Pick<S3Client, 'send'>,
  config: S3Config,
  cache: string,
  sizes: UploadSizes = UPLOAD_SIZES,
): LakeStore => {
  const { bucket: Bucket, prefix } = config;
  let counter = 0;

  const get = async (key: string): Promise<Readable | undefined> => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `${prefix}${key}` }));
      return Body as Readable;
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return;
      throw error;
    }
  };

  /** Version of an object, as a listing tells it; undefined when there is none. */
  const versionNow = async (key: string): Promise<string | undefined> => {
    try {
      const { ETag = '' } = await client.send(new HeadObjectCommand({ Bucket, Key: `${prefix}${key}` }));
      return versionOf(ETag);
    } catch (error) {
      if ((error as Error).name === 'NotFound') return;
      throw error;
    }
  };

  /** @returns false when the object is not, or no longer, what the condition says */
  const put = async (
    key: string,
    body: Uint8Array | { readonly file: string },
    over: { readonly version: string | undefined } | undefined,
  ): Promise<boolean> => {
    const object = { Bucket, Key: `${prefix}${key}`, ...encryptionOf(config) };
    const file = body instanceof Uint8Array ? undefined : body.file;
    const ContentLength = file ? statSync(file).size : (body as Uint8Array).length;
    // An ETag without its quotes, as AWS's examples have it; Ceph takes it in no other way.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    const condition = over && (over.version === undefined ? { IfNoneMatch: '*' } : { IfMatch: over.version });
    try {
      if (file && ContentLength > sizes.put) {
        const mayReplace = async (): Promise<boolean> => !over || (await versionNow(key)) === over.version;
        const parts = { file, bytes: ContentLength, partBytes: sizes.part, condition, mayReplace };
        return await putInParts({ client, object, ...parts });
      }
      const Body = file ? createReadStream(file) : (body as Uint8Array);
      await client.send(new PutObjectCommand({ ...object, Body, ContentLength, ...condition }), {
        requestTimeout: uploadMs(ContentLength),
      });
      return true;
    } catch (error) {
      const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
      // 409: another conditional PUT of this key is under way. 404: what it should still be is gone.
      if (condition && [404, 409, 412].includes($metadata?.httpStatusCode ?? 0)) return false;
      throw error;
    }
  };

  return {
    scratch: join(cache, 'work'),
    async list(below) {
      const found: StoredObject[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket, Prefix: `${prefix}${below}/`, ContinuationToken }),
        );
        for (const { Key = '', Size = 0, LastModified, ETag = '' } of page.Contents ?? []) {
          const version = versionOf(ETag);
          found.push({
            key: Key.slice(prefix.length),
            bytes: Size,
            modifiedMs: LastModified?.getTime() ?? 0,
            version,
          });
        }
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken);
      return found;
    },
    async read(key) {
      const body = await get(key);
      return body && Buffer.concat(await body.toArray());
    },
    async snapshot({ key, version }) {
      const path = join(cache, 's3', dirname(key), version, nameOf(key));
      if (existsSync(path)) {
        // The oldest by this time are removed when the cache is full (trim-cache.ts).
        utimesSync(path, new Date(), new Date());
        return path;
      }
      const body = await get(key);
      if (!body) throw new Error(`${key} has just been removed: try again`);
      mkdirSync(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}-${counter++}.tmp`;
      await pipeline(body, createWriteStream(temporary));
      renameSync(temporary, path);
      return path;
    },
    async replace(key, body, over) {
      const done = await put(key, body, over);
      if (!(body instanceof Uint8Array)) rmSync(body.file, { force: true });
      if (!done) throw new LakeChangedError(`${key} was changed by another process meanwhile: run again`);
    },
    claim: (key, body, version) => put(key, body, { version }),
    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key: `${prefix}${key}` }));
    },
  };
};

/** An ETag as part of a path: without its quotes. */
const versionOf = (etag: string): string => etag.replace(/[^A-Za-z0-9-]/g, '');
