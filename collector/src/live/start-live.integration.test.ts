import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { frameOf, startFixture } from '../collector-fixture.ts';
import { type OpenJournal, openJournal } from '../journal/open-journal.ts';
import { readJournal } from '../journal/reader.ts';
import { createLive } from './create-live.ts';
import { startLive } from './start-live.ts';

let dataDir: string;
let dir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gander-live-'));
  dir = join(dataDir, 'journal');
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const BATCHES = 120;
const fill = async (journal: OpenJournal): Promise<void> => {
  for (let seq = 0; seq < BATCHES; seq++) {
    await journal.append({
      merchant: '00112233445566aa',
      session: 'ab'.repeat(16),
      transaction: 'order_1',
      assurance: 1,
      late: false,
      receivedMs: Date.now(),
      frame: frameOf(seq, 25),
    });
  }
};
const segments = (): string[] => readdirSync(dir).filter((name) => name.endsWith('.segment'));

it('starts with a damaged segment: what it can read is live, and the log says what it could not', async () => {
  const journal = await openJournal({ dir, readers: ['landing'], segmentBytes: 4_096 });
  await fill(journal);
  await journal.stop();
  const path = join(dir, segments()[0]!);
  const bytes = readFileSync(path);
  bytes[1_000]! ^= 1;
  writeFileSync(path, bytes);
  const fixture = await startFixture({ dataDir, landing: { intervalMs: 3_600_000 } });
  await vi.waitFor(() => expect(fixture.collector.live.stats().batches).toBeGreaterThan(BATCHES / 2), {
    timeout: 30_000,
  });
  expect(fixture.collector.live.stats().batches).toBeLessThan(BATCHES);
  expect(fixture.logged.join('')).toContain('the live view skips it');
  const token = await fixture.open();
  expect((await fixture.send(token, 0)).status).toBe(202);
  await fixture.remove();
});

it('goes on when segments are landed and deleted while it reads', async () => {
  const journal = await openJournal({ dir, readers: ['landing'], segmentBytes: 2_048 });
  await fill(journal);
  expect(segments().length).toBeGreaterThan(2);
  const live = createLive({ clock: Date.now });
  const { recovered } = startLive({
    live,
    journal,
    clock: Date.now,
    *readJournal(...place) {
      for (const read of readJournal(...place)) {
        yield read;
        for (const name of segments()) rmSync(join(dir, name));
      }
    },
  });
  await recovered;
  expect(live.stats().batches).toBeGreaterThan(0);
  expect(live.stats().batches).toBeLessThan(BATCHES);
  await journal.stop();
});
