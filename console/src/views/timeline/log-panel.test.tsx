// @vitest-environment happy-dom
import type { LogRow } from '@gander/collector/api';
import { render } from 'preact';
import { afterEach, expect, it, vi } from 'vitest';
import { LogPanel } from './log-panel.tsx';

const ROW = { session: 's', log_seq: 1, code: 1220, event_ts: 5, lag_ms: 0, assurance: 1 } as LogRow;

afterEach(() => void vi.unstubAllGlobals());

it('closed from within, gives the focus back to what opened it', () => {
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
  document.body.innerHTML = '<button id="opener"></button><div id="box"></div>';
  const opener = document.getElementById('opener')!;
  const box = document.getElementById('box')!;
  opener.focus();
  render(<LogPanel merchant="m" transaction="t" row={ROW} onClose={() => undefined} />, box);
  box.querySelector('button')!.focus();
  expect(document.activeElement).not.toBe(opener);
  render(null, box);
  expect(document.activeElement).toBe(opener);
});
