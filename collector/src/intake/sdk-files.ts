import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A file of the SDK that pages load. */
export interface SdkFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

const fileName = z.string().regex(/^[a-z0-9.-]{1,40}$/);
const inventorySchema = z.object({
  version: z.string().regex(/^[0-9A-Za-z.+-]{1,40}$/),
  scripts: z.array(z.object({ file: fileName, integrity: z.string().regex(/^sha384-[A-Za-z0-9+/=]{64}$/) })),
});

/** What a built SDK says of itself. @param dir folder of its scripts and `scripts.json` */
export const sdkInventory = (dir: string): z.output<typeof inventorySchema> =>
  inventorySchema.parse(JSON.parse(readFileSync(join(dir, 'scripts.json'), 'utf8')));

/**
 * The built SDK, read once, by path: `/sdk/<version>/gander.min.js` and the other scripts of the inventory, the inventory itself
 * (`scripts.json`, for PCI DSS 6.4.3), and `manifest.json` with the integrity of the first.
 * @param dir folder of all of them, of the package `@gander/sdk`; undefined where no SDK is served
 */
export const readSdkFiles = (dir: string | undefined): ReadonlyMap<string, SdkFile> => {
  if (dir === undefined) return new Map();
  const read = (file: string): Buffer => readFileSync(join(dir, file));
  const { version, scripts } = sdkInventory(dir);
  const files = new Map<string, SdkFile>();
  for (const { file, integrity } of scripts)
    files.set(`/sdk/${version}/${file}`, {
      body: read(file),
      type: 'text/javascript;charset=UTF-8',
      etag: `"${integrity}"`,
    });
  for (const file of ['manifest.json', 'scripts.json'])
    files.set(`/sdk/${version}/${file}`, {
      body: read(file),
      type: 'application/json',
      etag: `"${file}-${scripts[0]?.integrity}"`,
    });
  return files;
};
