import { describe, expect, it } from 'vitest';
import type { Batch } from '../journal/batch.ts';
import { JOURNAL_START } from '../journal/position.ts';
import { createLive } from './create-live.ts';
import { createFrameSlabs } from './frame-slabs.ts';
import { startLive } from './start-live.ts';

const A = 'aaaaaaaaaaaaaaaa';
const B = 'bbbbbbbbbbbbbbbb';
const batch = (over: Partial<Batch> & { seq?: number } = {}): Batch => {
  const { seq = 0, ...rest } = over;
  const frame = new Uint8Array([seq, 0, 1, 1, 1, 0, 1, 100, 0, 0]);
  return {
    merchant: A,
    session: '1'.repeat(32),
    transaction: 't1',
    assurance: 2,
    late: false,
    receivedMs: 1000,
    frame,
    ...rest,
  };
};

describe('live store', () => {
  it('numbers batches and gives back a transaction’s, after a cursor', () => {
    const live = createLive({ clock: () => 1000 });
    live.add([batch(), batch({ seq: 1 }), batch({ transaction: 't2' }), batch({ seq: 2 })]);
    expect(live.batchesOf(A, 't1').map((b) => b.n)).toEqual([1, 2, 4]);
    expect(live.batchesOf(A, 't1', 2).map((b) => b.n)).toEqual([4]);
    expect(live.batchesOf(B, 't1')).toEqual([]);
    expect([...live.batchesOf(A, 't1')[1]!.frame]).toEqual([...batch({ seq: 1 }).frame]);
    expect(live.newest).toBe(4);
  });

  it('takes the same batch once', () => {
    const live = createLive({ clock: () => 1000 });
    live.add([batch(), batch()]);
    live.add([batch(), batch({ session: '2'.repeat(32) })]);
    expect(live.batchesOf(A, 't1')).toHaveLength(2);
  });

  it('takes numbers that come late, each once, without a look at all it holds', () => {
    const live = createLive({ clock: () => 1000 });
    const frameOf = (seq: number) => new Uint8Array([(seq & 127) | 128, ((seq >> 7) & 127) | 128, seq >> 14]);
    const all = Array.from({ length: 60_000 }, (_, seq) => batch({ frame: frameOf(seq) }));
    // Were each looked for among those held, this would take minutes.
    live.add(all.toReversed());
    live.add(all);
    expect(live.stats().batches).toBe(60_000);
  });

  it('does not take again what memory let go while its session goes on', () => {
    const live = createLive({ clock: () => 1000, maxBytes: 1_000 });
    for (let seq = 0; seq < 100; seq++) live.add([batch({ seq })]);
    expect(live.batchesOf(A, 't1')[0]!.n).toBeGreaterThan(90);
    live.add([batch({ seq: 3 })]);
    expect(live.newest).toBe(100);
  });

  it('copies frames: the caller’s buffer may be used again', () => {
    const live = createLive({ clock: () => 1000 });
    const b = batch();
    live.add([b]);
    b.frame.fill(0);
    expect(live.batchesOf(A, 't1')[0]!.frame[7]).toBe(100);
  });

  it('reads on over the batches of several merchants, a page at a time', () => {
    const live = createLive({ clock: () => 1000 });
    live.add([0, 1, 2, 3].map((seq) => batch({ seq, merchant: seq % 2 ? B : A })));
    const first = live.since(new Set([B]), 0, 1);
    expect(first.batches.map((b) => b.n)).toEqual([2]);
    expect(first.upTo).toBe(2);
    expect(live.since(new Set([B]), first.upTo, 10)).toMatchObject({ upTo: 4, batches: [{ n: 4 }] });
    expect(live.since(new Set([B]), 4, 10)).toEqual({ upTo: 4, batches: [] });
  });

  it('lets go after the hour, and counts it', () => {
    let now = 1000;
    const live = createLive({ clock: () => now, keepMs: 500 });
    live.add([batch()]);
    now = 1501;
    live.add([batch({ transaction: 't2', receivedMs: now })]);
    expect(live.batchesOf(A, 't1')).toEqual([]);
    expect(live.transactions(new Set([A])).map((t) => t.transaction)).toEqual(['t2']);
    expect(live.stats().evicted).toEqual({ age: 1, memory: 0 });
    expect(live.oldest).toBe(2);
  });

  it('stays within its memory, oldest first, through many thousands', () => {
    const live = createLive({ clock: () => 1000, maxBytes: 81_200 });
    for (let i = 0; i < 20_000; i++) live.add([batch({ seq: i % 128, transaction: `t${i % 500}` })]);
    const { batches, bytes, evicted } = live.stats();
    // A frame of 10 bytes, its record, and those of its session and transaction.
    expect(bytes).toBe(100 * (10 + 52 + 250 + 500));
    expect(batches).toBe(100);
    expect(evicted.memory).toBe(19_900);
    expect(live.since(new Set([A]), 0, 1000).batches.map((b) => b.n)).toEqual(
      Array.from({ length: 100 }, (_, i) => 19_901 + i),
    );
  });

  it('forgets a session whose batches are gone, also of a transaction that goes on', () => {
    const live = createLive({ clock: () => 1000, maxBytes: 2_000 });
    for (let i = 0; i < 5_000; i++) live.add([batch({ session: String(i).padStart(32, '0') })]);
    expect(live.stats()).toMatchObject({ transactions: 1, batches: 4, bytes: 500 + 4 * 312 });
    expect(live.batchesOf(A, 't1').map((b) => b.n)).toEqual([4_997, 4_998, 4_999, 5_000]);
    live.add([batch({ session: String(4_999).padStart(32, '0') })]);
    expect(live.newest).toBe(5_000);
  });

  it('knows which batches lie before a position of the journal', () => {
    const live = createLive({ clock: () => 1000 });
    const at = (segment: number, offset: number) => ({ segment, offset });
    live.add([batch(), batch({ seq: 1 })], at(1, 100));
    live.add([batch({ seq: 2 })], at(1, 150));
    live.add([batch({ seq: 3 })], at(2, 40));
    expect([at(1, 50), at(1, 100), at(1, 160), at(2, 40), at(2, 40)].map(live.numberBefore)).toEqual([
      0, 2, 3, 4, 4,
    ]);
  });

  it('tells subscribers of the transaction and of the merchant, and no others', () => {
    const live = createLive({ clock: () => 1000 });
    const calls: string[] = [];
    const stop = live.subscribe(A, 't1', () => calls.push('A t1'));
    live.subscribe(A, undefined, () => calls.push('A'));
    live.subscribe(B, 't1', () => calls.push('B t1'));
    live.add([batch(), batch({ seq: 1 })]);
    expect(calls.sort()).toEqual(['A', 'A t1']);
    stop();
    live.add([batch({ seq: 2 })]);
    expect(calls).toEqual(['A', 'A t1', 'A']);
  });
});

describe('frame slabs', () => {
  it('frees a slab when its last frame goes', () => {
    const slabs = createFrameSlabs();
    const kept = Array.from({ length: 30 }, () => slabs.keep(new Uint8Array(16_384)));
    expect(slabs.slabs).toBe(2);
    slabs.releaseBefore(kept[16]!);
    expect(slabs.slabs).toBe(1);
    expect(slabs.read(kept[29]!, 16_384)).toHaveLength(16_384);
  });

  it('uses a freed slab again, and what was read before stays as it was', () => {
    const slabs = createFrameSlabs();
    const first = slabs.keep(new Uint8Array(200_000).fill(1));
    const read = slabs.read(first, 3);
    slabs.releaseBefore(slabs.keep(new Uint8Array(200_000).fill(2)));
    const third = slabs.keep(new Uint8Array(200_000).fill(3));
    expect([...read, ...slabs.read(third, 1)]).toEqual([1, 1, 1, 3]);
  });
});

describe('startLive', () => {
  it('replays the last hour, then goes on with commits, once and in order', async () => {
    const live = createLive({ clock: () => 10_000 });
    let commit: (batches: readonly Batch[], end: typeof JOURNAL_START) => void = () => {};
    const started = startLive({
      live,
      clock: () => 10_000,
      keepMs: 5000,
      journal: {
        dir: 'x',
        firstSince: () => JOURNAL_START,
        durable: JOURNAL_START,
        onCommitted: (l) => {
          commit = l;
          return () => {};
        },
      },
      *readJournal() {
        for (let seq = 0; seq < 1200; seq++) {
          if (seq === 600) commit([batch({ seq: 1, transaction: 'new', receivedMs: 10_000 })], JOURNAL_START);
          const receivedMs = seq < 100 ? 4000 : 9000;
          yield { batch: batch({ seq: seq % 128, transaction: `t${seq}`, receivedMs }), next: JOURNAL_START };
        }
      },
    });
    await started.recovered;
    expect(live.stats().batches).toBe(1101);
    expect(live.batchesOf(A, 'new')[0]!.n).toBe(1101);
    commit([batch({ seq: 2, transaction: 'new' })], JOURNAL_START);
    expect(live.batchesOf(A, 'new')).toHaveLength(2);
  });

  it('lets others have their turn also while all it reads is too old', async () => {
    let turns = 0;
    let reading = true;
    const turn = (): void => {
      turns++;
      if (reading) setImmediate(turn);
    };
    setImmediate(turn);
    let asked = 0;
    const { recovered } = startLive({
      live: createLive({ clock: () => 10_000 }),
      clock: () => 10_000,
      keepMs: 5000,
      journal: {
        dir: 'x',
        firstSince: (ms) => {
          asked = ms;
          return JOURNAL_START;
        },
        durable: JOURNAL_START,
        onCommitted: () => () => {},
      },
      *readJournal() {
        for (let seq = 0; seq < 5_000; seq++)
          yield { batch: batch({ receivedMs: 4000 }), next: JOURNAL_START };
      },
    });
    await recovered;
    reading = false;
    expect(turns).toBeGreaterThan(5);
    expect(asked).toBe(5000);
  });
});
