import { gunzipSync, gzipSync } from 'node:zlib';
import type { LakeStore, StoredObject } from './lake-store.ts';
import type { SuppressionList } from './suppressions.ts';

/**
 * Takes rows out of a landing object. It keeps its name: compaction knows it by that, and landing must not store it again.
 * @returns how many
 */
export const eraseLines = async (
  store: Pick<LakeStore, 'read' | 'replace'>,
  object: Pick<StoredObject, 'key'>,
  wanted: SuppressionList,
): Promise<number> => {
  const bytes = await store.read(object.key);
  if (!bytes) return 0;
  const text = gunzipSync(bytes);
  if (!wanted.all.some((s) => text.includes('session' in s ? s.session : s.transaction))) return 0;
  const lines = text.toString().split('\n').filter(Boolean);
  const kept = lines.filter((line) => !wanted.has(JSON.parse(line) as Parameters<SuppressionList['has']>[0]));
  if (kept.length === lines.length) return 0;
  await store.replace(object.key, gzipSync(kept.map((line) => `${line}\n`).join('')));
  return lines.length - kept.length;
};
