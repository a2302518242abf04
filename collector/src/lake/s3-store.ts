import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { encryptionOf, type S3Config } from '../landing/open-s3-client.ts';
import type { LakeStore, StoredObject } from './lake-store.ts';
import { nameOf } from './layout.ts';

/**
 * The lake in a bucket, by GET and PUT alone: DuckDB reads snapshots, which are kept in a local cache under their ETag.
 * @param cache local folder
 */
export const createS3Store = (client: Pick<S3Client, 'send'>, config: S3Config, cache: string): LakeStore => {
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
          const version = ETag.replace(/[^A-Za-z0-9-]/g, '');
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
      if (existsSync(path)) return path;
      const body = await get(key);
      if (!body) throw new Error(`${key} has just been removed: try again`);
      mkdirSync(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}-${counter++}.tmp`;
      await pipeline(body, createWriteStream(temporary));
      renameSync(temporary, path);
      return path;
    },
    async replace(key, body) {
      const file = body instanceof Uint8Array ? undefined : body.file;
      await client.send(
        new PutObjectCommand({
          Bucket,
          Key: `${prefix}${key}`,
          Body: file ? createReadStream(file) : (body as Uint8Array),
          ContentLength: file ? statSync(file).size : (body as Uint8Array).length,
          ...encryptionOf(config),
        }),
      );
      if (file) rmSync(file, { force: true });
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key: `${prefix}${key}` }));
    },
  };
};
