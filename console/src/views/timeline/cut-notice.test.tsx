// @vitest-environment happy-dom
import type { TimelineAnswer } from '@gander/collector/api';
import { render } from 'preact';
import { afterEach, expect, it, vi } from 'vitest';
import { TimelineView } from './timeline-view.tsx';

const ANSWER: TimelineAnswer = {
  merchant: 'm',
  transaction: 'order 1',
  logs: [0, 1, 2].map((n) => ({
    session: 's',
    log_seq: n,
    batch_seq: 0,
    code: 1200,
    event_ts: Date.UTC(2026, 0, 1, 12, 0, 30) + n,
    lag_ms: 0,
    skew_ms: 0,
    assurance: 2,
    late: false,
    collector: 'c',
  })),
  cursor: 'boot.3',
  nowMs: 0,
  truncated: true,
};

/** The timeline over this answer, once it stands there. */
const shown = async (answer: TimelineAnswer): Promise<HTMLElement> => {
  vi.stubGlobal('fetch', async () => Response.json(answer));
  vi.stubGlobal(
    'EventSource',
    class extends EventTarget {
      close(): void {}
    },
  );
  document.body.innerHTML = '<div id="box"></div>';
  const box = document.getElementById('box')!;
  render(<TimelineView merchant="m" transaction={answer.transaction} />, box);
  await vi.waitFor(() => expect(box.querySelector('.events')).not.toBeNull());
  return box;
};

afterEach(() => {
  render(null, document.getElementById('box')!);
  vi.unstubAllGlobals();
});

it('a timeline that holds only the first logs says so, and leads to all of them', async () => {
  const notice = (await shown(ANSWER)).querySelector('.cut')!;
  expect(notice.textContent).toContain('Only the first 3 logs are shown');
  const { pathname, searchParams } = new URL(notice.querySelector('a')!.href, 'http://console');
  expect([pathname, Object.fromEntries(searchParams)]).toEqual([
    '/logs',
    { merchant: 'm', transaction: 'order 1', from: String(Date.UTC(2026, 0, 1, 12)) },
  ]);
});

it('one that holds all of them says nothing', async () => {
  expect((await shown({ ...ANSWER, truncated: false })).querySelector('.cut')).toBeNull();
});
