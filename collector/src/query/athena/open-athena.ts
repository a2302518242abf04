import { createWriteStream, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { LakeReader } from '../context.ts';
import type { AthenaConfig } from './athena-config.ts';
import { createAthenaReader } from './athena-reader.ts';
import type { AthenaParam } from './athena-values.ts';

/**
 * Athena as what answers the console's questions; credentials come from where the AWS SDK looks for them.
 * @param scratch folder for exports
 * @example const lake = await openAthena(config.query.athena, join(config.dataDir, 'cache/athena'));
 */
export const openAthena = async (
  config: AthenaConfig,
  scratch: string,
): Promise<LakeReader & { close(): void }> => {
  // Loaded only where it is wanted: it takes longer to load than all the rest.
  const {
    AthenaClient,
    GetQueryExecutionCommand,
    GetQueryResultsCommand,
    StartQueryExecutionCommand,
    StopQueryExecutionCommand,
  } = await import('@aws-sdk/client-athena');
  const client = new AthenaClient({ ...(config.region ? { region: config.region } : {}), maxAttempts: 4 });
  const reader = createAthenaReader({
    calls: {
      start: (input) => client.send(new StartQueryExecutionCommand(input)),
      look: (input) => client.send(new GetQueryExecutionCommand(input)),
      results: (input) => client.send(new GetQueryResultsCommand(input)),
      stop: (input) => client.send(new StopQueryExecutionCommand(input)),
    },
    config,
    sleep: (ms) => delay(ms),
    now: () => performance.now(),
    random: Math.random,
    writeParquet: (columns, chunks, name) => writeParquet(scratch, columns, chunks, name),
  });
  return { ...reader, close: () => client.destroy() };
};

/** Writes rows as a Parquet file, by way of lines of JSON. @returns its path */
export const writeParquet = async (
  scratch: string,
  columns: readonly { readonly name: string; readonly type: string }[],
  chunks: AsyncIterable<readonly (readonly AthenaParam[])[]>,
  name: string,
): Promise<string> => {
  mkdirSync(scratch, { recursive: true });
  const lines = join(scratch, `${name}.ndjson`);
  const path = join(scratch, name);
  const { openDuck } = await import('../../lake/open-duck.ts');
  const duck = await openDuck({ scratch, memoryLimit: '512MB' });
  try {
    await pipeline(
      Readable.from(
        (async function* () {
          for await (const rows of chunks) {
            for (const row of rows)
              yield `${JSON.stringify(Object.fromEntries(columns.map((c, i) => [c.name, row[i]])))}\n`;
          }
        })(),
      ),
      createWriteStream(lines),
    );
    const types = columns.map((c) => `'${c.name.replaceAll("'", "''")}': '${c.type}'`).join(', ');
    const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
    await duck.run(
      `copy (select * from read_json(${quoted(lines)}, format = 'newline_delimited', columns = {${types}})) to ${quoted(path)} (format parquet, compression zstd)`,
    );
    return path;
  } finally {
    duck.close();
    await rm(lines, { force: true });
  }
};
