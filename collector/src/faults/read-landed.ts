import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * For fault tests: what landing stored, read from its files alone and not by our own reader.
 * @returns the log numbers of each batch, by `session/batchSeq`, sorted; a log that was stored twice stands there twice
 */
export const readLanded = (dataDir: string): Map<string, number[]> => {
  const landed = new Map<string, number[]>();
  const root = join(dataDir, 'landing/logs');
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ndjson.gz')) continue;
    for (const line of gunzipSync(readFileSync(join(root, name)))
      .toString('utf8')
      .split('\n')) {
      if (line === '') continue;
      const row = JSON.parse(line) as { session: string; batch_seq: number; log_seq: number };
      const id = `${row.session}/${row.batch_seq}`;
      const logs = landed.get(id);
      if (logs) logs.push(row.log_seq);
      else landed.set(id, [row.log_seq]);
    }
  }
  for (const logs of landed.values()) logs.sort((a, b) => a - b);
  return landed;
};
