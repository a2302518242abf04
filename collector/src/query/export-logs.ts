import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { LAKE_COLUMNS } from '@gander/log-codes';
import type { ApiContext } from './context.ts';
import { filterSql, inlineSql, type LogFilter } from './log-filter.ts';
import type { OpenStream } from './open-streams.ts';

export const EXPORT_FORMATS = ['csv', 'json', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

const COLUMNS = LAKE_COLUMNS.map((c) => `"${c.name}"`).join(', ');
/** Landing has so long to take in what is journaled, ms. */
const FLUSH_MS = 5_000;
let exports = 0;

/**
 * All logs that pass the filter, as a file. What is journaled is landed first, so that it holds all that was acknowledged before, unless
 * landing stands still.
 * CSV and JSON are handed over as they are read; Parquet is written to the cache first and removed once sent.
 * @param open the export's place among those under way, given back at its end; once its reader may read no more, it breaks off
 * @param signal of the request: when its reader is gone, so is the statement
 */
export const exportLogs = async (
  context: ApiContext,
  filter: LogFilter,
  format: ExportFormat,
  open: OpenStream,
  signal: AbortSignal,
): Promise<Response> => {
  try {
    // Landing that stands still keeps nobody from what has landed.
    await Promise.race([context.flush?.(), delay(FLUSH_MS, undefined, { ref: false })]);
    const body =
      format === 'parquet'
        ? await parquetOf(context, filter, open)
        : await linesOf(context, filter, format, open, signal);
    const headers = {
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="gander-logs.${format === 'json' ? 'ndjson' : format}"`,
      'cache-control': 'no-store',
    };
    return new Response(body, { headers });
  } catch (error) {
    open.close();
    throw error;
  }
};

const ORDER = 'order by event_ts, session, log_seq';

/** What is broken off must not look whole. */
const brokenOff = (): Error => new Error('the export was broken off');

const parquetOf = async (
  { lake }: ApiContext,
  filter: LogFilter,
  open: OpenStream,
): Promise<ReadableStream<Uint8Array>> => {
  const name = `export-${process.pid}-${exports++}.parquet`;
  const where = inlineSql(filterSql(filter));
  const path = await lake.exportParquet(`select ${COLUMNS} from logs_all where ${where} ${ORDER}`, name);
  const file = createReadStream(path);
  file.once('close', () => {
    open.close();
    void rm(path, { force: true });
  });
  open.onEnd(() => file.destroy(brokenOff()));
  return Readable.toWeb(file) as ReadableStream<Uint8Array>;
};

const linesOf = async (
  { lake }: ApiContext,
  filter: LogFilter,
  format: 'csv' | 'json',
  open: OpenStream,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> => {
  const { where, params } = filterSql(filter);
  const { columns, chunks, close } = await lake.stream(
    `select ${COLUMNS} from logs_all where ${where} ${ORDER}`,
    params,
  );
  const names = columns.map((c) => c.name);
  const line = format === 'csv' ? csvLine : (values: readonly unknown[]) => jsonLine(names, values);
  const encoder = new TextEncoder();
  async function* lines(): AsyncGenerator<Uint8Array> {
    if (format === 'csv') yield encoder.encode(csvLine(names));
    for await (const rows of chunks) yield encoder.encode(rows.map(line).join(''));
  }
  const pieces = lines();
  let isOver = false;
  const end = (): void => {
    isOver = true;
    close?.();
    open.close();
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const breakOff = (): void => {
        if (isOver) return;
        end();
        controller.error(brokenOff());
      };
      open.onEnd(breakOff);
      if (signal.aborted) breakOff();
      signal.addEventListener('abort', breakOff, { once: true });
    },
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (isOver) return;
        if (!done) return controller.enqueue(value);
        open.close();
        isOver = true;
        controller.close();
      } catch (error) {
        end();
        throw error;
      }
    },
    cancel: end,
  });
  return body;
};

/**
 * One line of CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export const csvLine = (values: readonly unknown[]): string => `${values.map(csvCell).join(',')}\r\n`;

const csvCell = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value as number | bigint | boolean);
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One line of NDJSON, absent values left out, as landing writes them. */
const jsonLine = (names: readonly string[], values: readonly unknown[]): string => {
  const row: Record<string, unknown> = {};
  for (const [i, name] of names.entries()) {
    const value = values[i];
    if (value !== null && value !== undefined) row[name] = typeof value === 'bigint' ? Number(value) : value;
  }
  return `${JSON.stringify(row)}\n`;
};
