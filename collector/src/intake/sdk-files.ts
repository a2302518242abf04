import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A file of the SDK that pages load. */
export interface SdkFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

/** A built SDK. */
export interface SdkBuild {
  readonly version: string;
  /**
   * What is served of it, by name: the scripts of its inventory, the inventory itself (`scripts.json`, for PCI DSS 6.4.3), and
   * `manifest.json` with the integrity of the first.
   */
  readonly files: ReadonlyMap<string, SdkFile>;
  /** Its scripts have the integrity that the inventory says and pages ask for. */
  readonly isWhole: boolean;
}

const fileName = z.string().regex(/^[a-z0-9.-]{1,40}$/);
const inventorySchema = z.object({
  version: z.string().regex(/^[0-9A-Za-z.+-]{1,40}$/),
  scripts: z.array(z.object({ file: fileName, integrity: z.string().regex(/^sha384-[A-Za-z0-9+/=]{64}$/) })),
});

const INVENTORY = 'scripts.json';

/**
 * Reads a built SDK, once.
 * @param dir folder of its scripts, of `scripts.json` and of `manifest.json`
 * @throws when a file is missing, or the inventory is none
 */
export const readSdkBuild = (dir: string): SdkBuild => {
  const read = (file: string): Buffer => readFileSync(join(dir, file));
  const text = read(INVENTORY);
  const { version, scripts } = inventorySchema.parse(JSON.parse(text.toString()));
  const files = new Map<string, SdkFile>();
  let isWhole = true;
  for (const { file, integrity } of scripts) {
    const body = read(file);
    files.set(file, { body, type: 'text/javascript;charset=UTF-8', etag: `"${integrity}"` });
    isWhole &&= integrity === `sha384-${createHash('sha384').update(body).digest('base64')}`;
  }
  for (const [file, body] of [['manifest.json', read('manifest.json')] as const, [INVENTORY, text] as const])
    files.set(file, { body, type: 'application/json', etag: `"${file}-${scripts[0]?.integrity}"` });
  return { version, files, isWhole };
};

/** The files of a build by the path that pages ask for: `/sdk/<version>/gander.min.js`. */
export const sdkPaths = ({ version, files }: SdkBuild): [string, SdkFile][] =>
  [...files].map(([name, file]) => [`/sdk/${version}/${name}`, file]);
