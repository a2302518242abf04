import { join } from 'node:path';
import type { Listed } from './lake-state.ts';
import { createFileLister } from './list-files.ts';

/**
 * Lists objects of landing and of the dead letters in a local folder: they never change under their name, and their names are all
 * that readers need. The same array while nothing changes.
 * @param root the data folder
 */
export const createObjectLister = (root: string): ((prefix: string) => Promise<readonly Listed[]>) => {
  const lister = createFileLister((name) => !name.endsWith('.tmp'));
  const objects = new WeakMap<readonly string[], readonly Listed[]>();
  return async (prefix) => {
    const paths = lister.list(join(root, prefix));
    const known = objects.get(paths);
    if (known) return known;
    const listed = paths.map((path) => ({ key: `${prefix}/${path}`, version: '' }));
    objects.set(paths, listed);
    return listed;
  };
};
