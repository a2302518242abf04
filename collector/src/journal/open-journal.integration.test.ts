import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMetrics, type Metrics } from '../metrics.ts';
import type { Batch } from './batch.ts';
import { type JournalFs, nodeFs } from './journal-fs.ts';
import { takeLock } from './lock.ts';
import { type JournalOptions, type OpenJournal, openJournal } from './open-journal.ts';
import { JOURNAL_START, type Position } from './position.ts';
import { createJournalReader, readJournal } from './reader.ts';

let dir: string;
let metrics: Metrics;
let journal: OpenJournal;

const open = (options: Partial<JournalOptions> = {}) =>
  openJournal({
    dir,
    readers: ['landing'],
    segmentBytes: 20_000,
    maxBytes: 10_000_000,
    maxWaiting: 1_000,
    rememberMs: 86_400_000,
    rememberSessions: 10_000,
    metrics,
    ...options,
  });

const batchOf = (n: number, seq: number, size = 250): Batch => ({
  merchant: '00112233445566aa',
  session: n.toString(16).padStart(32, '0'),
  transaction: n % 2 ? `order_${n}` : `~${n.toString(16).padStart(32, '0')}`,
  assurance: n % 2 ? 2 : 1,
  late: n % 3 === 0,
  receivedMs: 1_700_000_000_000 + seq * 10 - n,
  frame: Uint8Array.from({ length: size }, (_, i) => (i === 0 ? seq : (i * 7 + n) & 255)),
});

const all = (from: Position = JOURNAL_START) =>
  [...readJournal(dir, from, journal.durable)].map(({ batch }) => ({
    ...batch,
    frame: Uint8Array.from(batch.frame),
  }));

const settle = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 4_000 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(holds()).toBe(true);
};

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'gander-journal-'));
  metrics = createMetrics();
  journal = await open();
});
afterEach(async () => {
  await journal.stop();
  rmSync(dir, { recursive: true });
});

describe('journal', () => {
  it('finds the first segment that holds anything as new as asked for', async () => {
    const { receivedMs } = batchOf(0, 0);
    let nowMs = receivedMs;
    await journal.stop();
    journal = await open({ now: () => nowMs, segmentBytes: 2_000 });
    for (let seq = 0; seq < 50; seq++) {
      nowMs = batchOf(0, seq).receivedMs;
      await journal.append(batchOf(0, seq));
    }
    const first = journal.firstSince(receivedMs);
    expect(first).toEqual(journal.oldest);
    expect(all(first)).toHaveLength(50);
    const later = journal.firstSince(receivedMs + 300);
    expect(later.segment).toBeGreaterThan(first.segment);
    expect(all(later).filter((b) => b.receivedMs >= receivedMs + 300)).toHaveLength(20);
    expect(all(later).length).toBeLessThan(30);
    await settle(() => readdirSync(dir).filter((f) => f.endsWith('.seen')).length > 2);
    await journal.stop();
    journal = await open({ now: () => nowMs });
    expect(journal.firstSince(receivedMs + 300)).toEqual(later);
    expect(journal.firstSince(receivedMs + 1_000)).toEqual(journal.durable);
  });

  it('gives back what was appended, in order, over segments and restarts', async () => {
    const batches = Array.from({ length: 300 }, (_, i) =>
      batchOf(i % 7, Math.floor(i / 7), 1 + ((i * 37) % 900)),
    );
    batches.push(batchOf(9, 1, 16_300), batchOf(9, 2, 1));
    for (let i = 0; i < batches.length; i += 30) {
      await Promise.all(batches.slice(i, i + 30).map((b) => journal.append(b)));
    }
    expect(all()).toEqual(batches);
    await journal.stop();
    journal = await open();
    expect(all()).toEqual(batches);
    await journal.append(batchOf(1, 99));
    expect(all()).toEqual([...batches, batchOf(1, 99)]);
    expect(readdirSync(dir).filter((f) => f.endsWith('.segment')).length).toBeGreaterThan(3);
  });

  it('tells listeners of commits in order, with the batches that became durable', async () => {
    const heard: Batch[] = [];
    journal.onCommitted((batches) => heard.push(...batches));
    const batches = Array.from({ length: 50 }, (_, i) => batchOf(1, i));
    await Promise.all(batches.map((b) => journal.append(b)));
    expect(heard).toEqual(batches);
    expect(await metrics.value('gander_journal_batches_total')).toBe(50);
    expect(await metrics.value('gander_journal_commits_total')).toBeLessThan(5);
  });

  it('costs at most 1.15 times the frames at 25 logs a batch', async () => {
    await journal.stop();
    journal = await open({ segmentBytes: 10_000_000 });
    let frames = 0;
    for (let seq = 0; seq < 10; seq++) {
      const batches = Array.from({ length: 100 }, (_, n) => batchOf(n, seq, 250));
      for (const b of batches) frames += b.frame.length;
      await Promise.all(batches.map((b) => journal.append(b)));
    }
    const file = readdirSync(dir).find((f) => f.endsWith('.segment'))!;
    expect(statSync(join(dir, file)).size / frames).toBeLessThan(1.15);
  });

  it('reads on from any place it gave', async () => {
    const batches = Array.from({ length: 120 }, (_, i) => batchOf(i % 5, i));
    for (const b of batches) await journal.append(b);
    const places = [...readJournal(dir, JOURNAL_START, journal.durable)];
    for (const i of [0, 1, 50, 118]) {
      expect([...readJournal(dir, places[i]!.next, journal.durable)].length).toBe(119 - i);
    }
    const reader = createJournalReader(dir);
    let from = JOURNAL_START;
    let count = 0;
    for (const { next } of places) {
      for (const read of reader.read(from, next)) {
        expect(read.batch).toMatchObject({ ...batches[count++], frame: expect.anything() });
        from = read.next;
      }
    }
    expect(count).toBe(120);
  });

  it('#46 cuts a torn tail at every byte, and keeps the rest', async () => {
    for (let i = 0; i < 3; i++) await journal.append(batchOf(i % 2, i, 20));
    await journal.stop();
    const file = join(dir, readdirSync(dir).find((f) => f.endsWith('.segment'))!);
    const whole = readFileSync(file);
    for (const name of readdirSync(dir)) if (name.endsWith('.seen')) rmSync(join(dir, name));
    const ends = [...readJournal(dir, JOURNAL_START, { segment: 1, offset: whole.length })].map(
      (r) => r.next.offset,
    );
    for (let size = whole.length - 1; size > 0; size--) {
      for (const name of readdirSync(dir)) if (name !== 'lock') rmSync(join(dir, name));
      writeFileSync(file, whole.subarray(0, size));
      metrics = createMetrics();
      journal = await open();
      expect(all().length, `cut at ${size}`).toBe(ends.filter((end) => end <= size).length);
      await journal.stop();
    }
  });

  it('takes no garbage for batches', async () => {
    await journal.append(batchOf(1, 1));
    await journal.stop();
    const name = readdirSync(dir).find((f) => f.endsWith('.segment'))!;
    for (const f of readdirSync(dir)) if (f.endsWith('.seen')) rmSync(join(dir, f));
    appendFileSync(join(dir, name), Buffer.alloc(3_000));
    journal = await open();
    expect(all()).toEqual([batchOf(1, 1)]);
    expect(await metrics.value('gander_journal_cut_bytes_total', { where: 'torn' })).toBe(3_000);
  });

  it('deletes what every reader has passed, and still knows what was in it', async () => {
    const batches = Array.from({ length: 400 }, (_, i) => batchOf(i % 4, Math.floor(i / 4), 250));
    for (let i = 0; i < 400; i += 20)
      await Promise.all(batches.slice(i, i + 20).map((b) => journal.append(b)));
    const before = readdirSync(dir).filter((f) => f.endsWith('.segment')).length;
    journal.release('landing', journal.durable);
    await settle(() => readdirSync(dir).filter((f) => f.endsWith('.segment')).length <= 1);
    expect(before).toBeGreaterThan(3);
    await journal.stop();
    journal = await open();
    for (const b of batches) expect(journal.seen.has(b.session, b.frame[0]!)).toBe(true);
    expect(journal.seen.has(batches[0]!.session, 100)).toBe(false);
    expect(journal.cursorOf('landing').segment).toBeGreaterThan(1);
    await journal.append(batchOf(1, 101));
    expect(all(journal.cursorOf('landing'))).toEqual([batchOf(1, 101)]);
  });

  it('#45 takes its lock without writing, so that a start on a full disk gets to where room is made', async () => {
    const held = mkdtempSync(join(tmpdir(), 'gander-lock-'));
    const unlock = takeLock(held);
    expect(readdirSync(held)).toEqual(['lock']);
    expect(statSync(join(held, 'lock')).size).toBe(0);
    unlock();
    rmSync(held, { recursive: true });
  });

  it('tells a lock that cannot be taken from one that another process holds', () => {
    const foreign = mkdtempSync(join(tmpdir(), 'gander-lock-'));
    writeFileSync(join(foreign, 'lock'), 'no database '.repeat(400));
    expect(() => takeLock(foreign)).toThrow(
      expect.objectContaining({ code: 'SQLITE_NOTADB', path: join(foreign, 'lock') }),
    );
    expect(() => takeLock(join(foreign, 'none'))).toThrow(
      expect.objectContaining({ code: 'SQLITE_CANTOPEN', path: join(foreign, 'none', 'lock') }),
    );
    rmSync(foreign, { recursive: true });
  });

  it('#51 refuses a second writer, and one that is full', async () => {
    await expect(open()).rejects.toMatchObject({ fault: 'locked' });
    await journal.stop();
    journal = await open({ maxBytes: 5_000, segmentBytes: 4_096 });
    const outcomes: string[] = [];
    for (let i = 0; i < 40; i++) {
      outcomes.push(
        await journal.append(batchOf(1, i)).then(
          () => 'kept',
          (e: { fault: string }) => e.fault,
        ),
      );
    }
    expect(new Set(outcomes)).toEqual(new Set(['kept', 'full']));
    const kept = outcomes.filter((o) => o === 'kept').length;
    expect(all().length).toBe(kept);
    journal.release('landing', journal.durable);
    await settle(() => readdirSync(dir).filter((f) => f.endsWith('.segment')).length <= 1);
    await journal.append(batchOf(2, 1));
  });

  it('refuses after its stop', async () => {
    await journal.stop();
    await expect(journal.append(batchOf(1, 1))).rejects.toMatchObject({ fault: 'stopped' });
    journal = await open();
  });
});

describe('a journal on a disk that is full', () => {
  const CAPACITY = 400_000;
  const RESERVE = 64 * 1024;
  const noRoom = (): Error => Object.assign(new Error('no room'), { code: 'ENOSPC' });
  const used = (): number =>
    readdirSync(dir).reduce(
      (sum, name) => sum + Math.ceil(statSync(join(dir, name)).size / 4_096) * 4_096,
      0,
    );
  const limited =
    (write: JournalFs['write']): JournalFs['write'] =>
    (...all) =>
      used() + all[3] > CAPACITY ? Promise.reject(noRoom()) : write(...all);
  const small: JournalFs = {
    ...nodeFs,
    write: limited(nodeFs.write),
    writeSynced: limited(nodeFs.writeSynced),
  };
  let session = 0;
  const one = () => journal.append(batchOf(++session, 0));
  const reopen = async (files: JournalFs): Promise<void> => {
    await journal.stop();
    session = 0;
    journal = await open({ files, reserveBytes: RESERVE, segmentBytes: RESERVE });
    await settle(() => existsSync(join(dir, 'reserve')));
  };
  const fillUp = async (): Promise<void> => {
    let refused = 0;
    for (let i = 0; refused < 5 && i < 200; i++) {
      const appended = await Promise.allSettled(Array.from({ length: 20 }, one));
      if (appended.some((a) => a.status === 'rejected')) refused++;
      if (refused) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(refused).toBe(5);
  };
  const comesBack = async (): Promise<void> => {
    for (let i = 0; i < 60; i++) {
      journal.release('landing', journal.durable);
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (
        await one().then(
          () => true,
          () => false,
        )
      )
        return;
    }
    expect.unreachable('it did not come back');
  };
  /** What was landed is deleted, but for the newest segment: how many records that one has depends on where it began. */
  const deletesLanded = async (): Promise<void> => {
    const held = all(journal.oldest).length;
    expect(held).toBeGreaterThan(500);
    await comesBack();
    expect(all(journal.oldest).length).toBeLessThan(held / 4);
  };

  it('#45 leaves room to land what it holds, and takes batches again when that was landed', async () => {
    await reopen(small);
    await fillUp();
    expect(journal.trouble).toBe('full');
    // What landing needs to write before it can land anything: its plan.
    expect(CAPACITY - used()).toBeGreaterThan(4_096);
    await deletesLanded();
    await settle(() => existsSync(join(dir, 'reserve')));
    expect(journal.seen.has(batchOf(1, 0).session, 0)).toBe(true);
  });

  it('#45 deletes what was landed also when there is no room to say what was in it', async () => {
    const drafts = new Set<number>();
    await reopen({
      ...small,
      create: async (path) => {
        const fd = await nodeFs.create(path);
        if (path.includes('.seen')) drafts.add(fd);
        else drafts.delete(fd);
        return fd;
      },
      write: (...all) => (drafts.has(all[0]) ? Promise.reject(noRoom()) : small.write(...all)),
    });
    await fillUp();
    await deletesLanded();
    expect(journal.seen.has(batchOf(1, 0).session, 0)).toBe(true);
  });
});

describe('an open journal', () => {
  it('is in trouble from its limit until a tenth is free, and for ten seconds after a failure', async () => {
    await journal.stop();
    let nowMs = 0;
    let fails = false;
    journal = await open({
      maxBytes: 20_000,
      segmentBytes: 1_000,
      monotonic: () => nowMs,
      files: {
        ...nodeFs,
        writeSynced: (...all) => (fails ? Promise.reject(new Error('EIO')) : nodeFs.writeSynced(...all)),
      },
    });
    for (let i = 0; journal.trouble === undefined && i < 200; i++) await journal.append(batchOf(1, i));
    expect(journal.trouble).toBe('full');
    const ends: Position[] = [];
    for (const { next } of readJournal(dir, JOURNAL_START, journal.durable))
      if (next.segment !== ends.at(-1)?.segment) ends.push(next);
    journal.release('landing', ends[1]!);
    await settle(() => journal.oldest.segment === ends[1]!.segment);
    expect(journal.trouble).toBe('full');
    journal.release('landing', ends[4]!);
    await settle(() => journal.oldest.segment === ends[4]!.segment);
    expect(journal.trouble).toBeUndefined();
    fails = true;
    await expect(journal.append(batchOf(2, 0))).rejects.toThrow('cannot be written');
    expect(journal.trouble).toBe('failing');
    nowMs += 9_999;
    expect(journal.trouble).toBe('failing');
    nowMs += 1;
    expect(journal.trouble).toBeUndefined();
    fails = false;
  });

  it('seals an old segment also when nothing comes any more, so that what was landed is deleted', async () => {
    await journal.stop();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      let nowMs = 1_700_000_000_000;
      journal = await open({ now: () => nowMs });
      await journal.append(batchOf(1, 0));
      journal.release('landing', journal.durable);
      const segments = () => readdirSync(dir).filter((name) => name.endsWith('.segment'));
      vi.advanceTimersByTime(60_000);
      await journal.flush();
      expect(segments()).toHaveLength(1);
      nowMs += 3_600_000;
      vi.advanceTimersByTime(60_000);
      await settle(() => segments().length === 0);
      await journal.append(batchOf(1, 1));
      expect(segments()).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('counts the sessions that it forgot', async () => {
    await journal.stop();
    journal = await open({ rememberSessions: 10 });
    for (let n = 0; n < 30; n++) await journal.append(batchOf(n, 0));
    const counted = async () =>
      Number(/^gander_forgotten_sessions_total (\d+)$/m.exec(await metrics.text())?.[1]);
    expect(await counted()).toBe(journal.seen.forgotten);
    expect(await counted()).toBeGreaterThan(15);
  });

  it('leaves no file open when its folder cannot be synced', async () => {
    await journal.stop();
    const opened = new Set<number>();
    let fails = true;
    journal = await open({
      reserveBytes: 0,
      files: {
        ...nodeFs,
        createSynced: async (path) => {
          const fd = await nodeFs.createSynced(path);
          opened.add(fd);
          return fd;
        },
        close: async (fd) => {
          opened.delete(fd);
          await nodeFs.close(fd);
        },
        syncDir: (path) =>
          fails && opened.size > 0 ? Promise.reject(new Error('EIO')) : nodeFs.syncDir(path),
      },
    });
    await expect(journal.append(batchOf(1, 0))).rejects.toThrow();
    expect(opened.size).toBe(0);
    expect(readdirSync(dir).filter((name) => name.endsWith('.segment'))).toEqual([]);
    fails = false;
  });
});
