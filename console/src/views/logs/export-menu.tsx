import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { apiFailure } from '../../shell/api-client.ts';
import { count } from '../../shell/format.ts';
import { Menu } from '../../shell/menu.tsx';
import { me } from '../../shell/session.ts';

const FORMATS = [
  { id: 'csv', label: 'CSV', file: 'gander-logs.csv' },
  { id: 'json', label: 'JSON lines', file: 'gander-logs.ndjson' },
  { id: 'parquet', label: 'Parquet', file: 'gander-logs.parquet' },
] as const;
type Format = (typeof FORMATS)[number];
const NEWLINE = 10;

/** Takes out exactly what is filtered, and says how far it is. The links work by themselves too: copied, or opened in a new tab. */
export const ExportMenu = ({ query, total }: { query: string; total: number }): JSX.Element => {
  const running = useSignal<{ label: string; rows: number; bytes: number } | undefined>(undefined);
  const said = useSignal('');
  const abort = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const take = async (format: Format): Promise<void> => {
    abort.current?.abort();
    const own = new AbortController();
    abort.current = own;
    said.value = '';
    running.value = { label: format.label, rows: 0, bytes: 0 };
    try {
      const answer = await fetch(`/api/logs/export/${format.id}?${query}`, { signal: own.signal });
      if (!answer.ok || !answer.body) throw await apiFailure(answer);
      const parts: Uint8Array<ArrayBuffer>[] = [];
      let rows = format.id === 'csv' ? -1 : 0;
      let bytes = 0;
      const reader = answer.body.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        parts.push(next.value);
        bytes += next.value.length;
        if (format.id !== 'parquet') for (const byte of next.value) if (byte === NEWLINE) rows++;
        running.value = { label: format.label, rows, bytes };
      }
      save(new Blob(parts), format.file);
      said.value =
        format.id === 'parquet' ? `${format.file} is ready.` : `${format.file}: ${count(rows, 'log')}.`;
    } catch (error) {
      said.value = own.signal.aborted ? 'Stopped.' : error instanceof Error ? error.message : String(error);
    } finally {
      if (abort.current === own) running.value = undefined;
    }
  };

  const now = running.value;
  const may = me.value?.merchants.some((m) => m.may.includes('take_out')) ?? false;
  return (
    <Menu label="Export">
      {may ? (
        FORMATS.map((format) => (
          <a
            key={format.id}
            href={`/api/logs/export/${format.id}?${query}`}
            download={format.file}
            onClick={(event) => {
              event.preventDefault();
              void take(format);
            }}
          >
            {format.label}
          </a>
        ))
      ) : (
        <p>An analyst or an owner may take logs out.</p>
      )}
      <p class="muted">All that is filtered: {count(total, 'log')}</p>
      {now && (
        <>
          <progress
            aria-label={`Export as ${now.label}`}
            {...(now.rows > 0 && total > 0 ? { max: total, value: Math.min(now.rows, total) } : {})}
          />
          <p class="muted">
            {now.rows > 0 ? count(now.rows, 'log') : now.bytes > 0 ? 'Receiving…' : 'Being read…'}
          </p>
          <button type="button" onClick={() => abort.current?.abort()}>
            Stop
          </button>
        </>
      )}
      <p role="status">{said.value}</p>
    </Menu>
  );
};

/** Hands a file to the browser. */
const save = (blob: Blob, name: string): void => {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};
