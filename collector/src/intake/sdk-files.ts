import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A file of the SDK that pages load. */
export interface SdkFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

const manifestSchema = z.object({
  version: z.string().regex(/^[0-9A-Za-z.+-]{1,40}$/),
  file: z.string().regex(/^[a-z0-9.-]{1,40}$/),
  integrity: z.string().regex(/^sha384-[A-Za-z0-9+/=]{64}$/),
});

/**
 * The built SDK's script and manifest, read once, by path: `/sdk/<version>/gander.min.js`, `/sdk/<version>/manifest.json`.
 * @param dir folder with both, of the package `@gander/sdk`; undefined where no SDK is served
 */
export const readSdkFiles = (dir: string | undefined): ReadonlyMap<string, SdkFile> => {
  if (dir === undefined) return new Map();
  const manifest = readFileSync(join(dir, 'manifest.json'));
  const { version, file, integrity } = manifestSchema.parse(JSON.parse(manifest.toString('utf8')));
  const etag = `"${integrity}"`;
  return new Map([
    [
      `/sdk/${version}/${file}`,
      { body: readFileSync(join(dir, file)), type: 'text/javascript;charset=UTF-8', etag },
    ],
    [`/sdk/${version}/manifest.json`, { body: manifest, type: 'application/json', etag }],
  ]);
};
