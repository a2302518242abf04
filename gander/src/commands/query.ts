import { once } from 'node:events';
import { copyFile, open, readFile, rm } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { isInBucket, type Lake, openLake, QueryError, readLakeConfig } from '@gander/collector/lake';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { csvLine } from '../output/csv.ts';
import { showProgress } from '../output/show-progress.ts';
import { formatTable } from '../output/table.ts';

interface QueryOptions {
  readonly file?: string;
  readonly config?: string;
  readonly format: 'table' | 'csv' | 'json' | 'ndjson' | 'parquet';
  readonly output?: string;
  readonly memory: string;
  readonly maxRows: number;
}

/** `gander query "select …"`: SQL over the lake. */
export const registerQuery = (program: Command): void => {
  program
    .command('query')
    .description('Run a SELECT over the lake (tables: docs/lake.md, columns: docs/columns.md).')
    .argument('[sql]', 'the statement; "-" reads it from standard input')
    .option('-f, --file <file>', 'read the statement from a file')
    .addOption(
      new Option('--format <format>', 'how the result is written')
        .choices(['table', 'csv', 'json', 'ndjson', 'parquet'])
        .default('table'),
    )
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .option('-c, --config <file>', 'configuration file (docs/configuration.md); the environment overrides it')
    .option('--memory <size>', 'most memory to use; beyond it, the disk is used', '1GB')
    .option('--max-rows <n>', 'most rows that a table shows', toMaxRows, 200)
    .addHelpText(
      'after',
      '\nExample:\n  gander query "select code, count(*) as n from logs_all group by code order by n desc"',
    )
    .action(async (sql: string | undefined, options: QueryOptions) => {
      const statement = await statementOf(sql, options);
      if (statement.trim() === '')
        program.error('There is no statement: give one, or a file by --file, or "-" and standard input.');
      const { dataDir, store, landing } = await readLakeConfig(
        program.opts<{ dataDir?: string }>().dataDir,
        options.config,
      );
      const lake = await openLake({
        dataDir,
        store,
        remote: isInBucket(landing),
        memoryLimit: options.memory,
      });
      // `gander query … | head` closes the pipe early, which is no error.
      process.stdout.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EPIPE') process.exit(0);
        throw error;
      });
      const stop = showProgress('query', lake.progress, process.stderr);
      try {
        await run(lake, statement, options, stop);
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        stop();
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
      } finally {
        stop();
        lake.close();
      }
    });
};

const toMaxRows = (text: string): number => {
  const rows = Number(text);
  if (!Number.isInteger(rows) || rows < 1) throw new InvalidArgumentError('A number of rows, from 1.');
  return rows;
};

const statementOf = async (sql: string | undefined, options: QueryOptions): Promise<string> => {
  if (options.file) return readFile(options.file, 'utf8');
  if (sql === '-' || (sql === undefined && !process.stdin.isTTY)) return text(process.stdin);
  return sql ?? 'show tables';
};

const run = async (lake: Lake, sql: string, options: QueryOptions, stop: () => void): Promise<void> => {
  const { format, output } = options;
  if (format === 'parquet') {
    if (!output) throw new QueryError('refused', 'Parquet is binary: name a file with --output.');
    const path = await lake.exportParquet(sql, `export-${process.pid}.parquet`);
    await copyFile(path, output);
    await rm(path);
    return;
  }
  const { columns, chunks } = await lake.stream(sql);
  const out = output ? (await open(output, 'w')).createWriteStream() : process.stdout;
  let failed: Error | undefined;
  // A full disk may show between two writes.
  out.on('error', (error) => {
    failed = error;
  });
  const write = async (piece: string): Promise<void> => {
    if (failed) throw failed;
    if (!out.write(piece)) await once(out, 'drain');
  };
  const asObject = (row: readonly unknown[]): string =>
    JSON.stringify(Object.fromEntries(columns.map((c, i) => [c.name, row[i]])));
  const names = columns.map((c) => c.name);

  if (format === 'table') {
    const limit = options.maxRows;
    const rows = [];
    let more = false;
    for await (const chunk of chunks) {
      more = chunk.length > limit - rows.length;
      for (const row of chunk.slice(0, limit - rows.length)) rows.push(row);
      if (more) break;
    }
    stop();
    await write(`${formatTable(columns, rows)}\n`);
    if (more) process.stderr.write(`(the first ${limit} rows; --max-rows for more, --format csv for all)\n`);
  } else if (format === 'csv') {
    await write(csvLine(names));
    for await (const chunk of chunks) await write(chunk.map(csvLine).join(''));
  } else if (format === 'ndjson') {
    for await (const chunk of chunks) await write(chunk.map((row) => `${asObject(row)}\n`).join(''));
  } else {
    let first = true;
    for await (const chunk of chunks) {
      await write(chunk.map((row, i) => `${first && i === 0 ? '[\n' : ',\n'}${asObject(row)}`).join(''));
      first = false;
    }
    await write(first ? '[]\n' : '\n]\n');
  }
  if (failed) throw failed;
  if (output) {
    out.end();
    await once(out, 'finish');
  }
};
