import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One file of a zone, with the values of its folders. */
export interface LakeFile {
  readonly path: string;
  readonly dt: string;
  /** Of landing only. */
  readonly hour?: string;
  readonly shard: string;
}

/**
 * The files of a zone, in order of their paths. Walks `dt=…/hour=…/shard=…` without a stat of each file: a day of landing has
 * thousands.
 * @param folder of the zone, which need not exist
 * @param suffix of the names that count
 */
export const listFiles = (folder: string, suffix: string): LakeFile[] => {
  const files: LakeFile[] = [];
  const walk = (at: string, values: Readonly<Record<string, string>>): void => {
    for (const entry of entries(at)) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        const [name, value] = entry.name.split('=');
        if (value !== undefined) walk(path, { ...values, [name!]: value });
      } else if (entry.name.endsWith(suffix)) {
        files.push({ path, dt: '', shard: '', ...values });
      }
    }
  };
  walk(folder, {});
  return files;
};

const entries = (folder: string): Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
