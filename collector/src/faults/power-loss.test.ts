import { describe, expect, it } from 'vitest';
import type { Batch } from '../journal/batch.ts';
import { firstVarint } from '../journal/first-varint.ts';
import { type OpenJournal, openJournal } from '../journal/open-journal.ts';
import { readJournal } from '../journal/reader.ts';
import { createMemoryDisk, type DiskFault, type MemoryDisk, type MemoryDiskOptions } from './memory-disk.ts';

/** Four losses a story; 5,000 losses by command: `GANDER_POWER_LOSSES=1250 npx vitest run --project unit collector/src/faults`. */
const RUNS = Number(process.env.GANDER_POWER_LOSSES ?? 150);

/** Mulberry32: the same numbers each time for a seed. */
const randomOf = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

const SESSIONS = 4;
const batchOf = (session: number, seq: number): Batch => ({
  merchant: '00112233445566aa',
  session: session.toString(16).padStart(32, '0'),
  transaction: `order_${session}`,
  assurance: 1,
  late: false,
  receivedMs: 1_700_000_000_000 + seq,
  frame: Uint8Array.from({ length: 20 + ((seq * 31 + session * 17) % 200) }, (_, i) =>
    i === 0 ? seq : (i + seq) & 255,
  ),
});
const idOf = (b: Batch) => `${b.session}/${firstVarint(b.frame)}`;

/** One life of a journal after another on the same disk, with clients that resend, and a landing that reads and releases. */
class Story {
  readonly acknowledged = new Set<string>();
  /** What landing stored, by its place in the journal: the same place is the same object, however often it is written. */
  readonly landed = new Map<string, string>();
  readonly next = Array<number>(SESSIONS).fill(0);
  readonly random: () => number;
  constructor(random: () => number) {
    this.random = random;
  }

  open(disk: MemoryDisk, monotonic: () => number): Promise<OpenJournal> {
    return openJournal({
      reserveBytes: 0,
      dir: 'j',
      readers: ['landing'],
      files: disk.files,
      lock: () => () => undefined,
      segmentBytes: 600,
      now: () => 1_700_000_000_000,
      monotonic,
    });
  }

  /** A client sends its next batch, or the one that was not acknowledged again. */
  async send(journal: OpenJournal, session: number): Promise<void> {
    const batch = batchOf(session, this.next[session]!);
    try {
      if (!journal.seen.has(batch.session, this.next[session]!)) await journal.append(batch);
    } catch {
      return;
    }
    this.acknowledged.add(idOf(batch));
    this.next[session]!++;
  }

  land(journal: OpenJournal, disk: MemoryDisk): void {
    const from = journal.cursorOf('landing');
    let last = from;
    for (const { batch, next } of readJournal('j', from, journal.durable, { files: disk.files })) {
      const place = `${next.segment}:${next.offset}`;
      const there = this.landed.get(place);
      if (there !== undefined && there !== idOf(batch)) throw new Error(`${place} changed`);
      this.landed.set(place, idOf(batch));
      last = next;
      if (this.random() < 0.1) break;
    }
    if (last !== from) journal.release('landing', last);
  }

  /** Every acknowledged batch is landed exactly once, as it was. */
  check(): void {
    const counts = new Map<string, number>();
    for (const id of this.landed.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
    expect([...this.acknowledged].filter((id) => counts.get(id) !== 1)).toEqual([]);
    expect([...counts].filter(([, n]) => n !== 1)).toEqual([]);
  }
}

const live = async (story: Story, disk: MemoryDisk, rounds: number): Promise<void> => {
  let clock = 0;
  const opening = story.open(disk, () => (clock += 50));
  let journal: OpenJournal | undefined;
  let failed = false;
  void opening.then(
    (opened) => {
      journal = opened;
    },
    () => {
      failed = true;
    },
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 200 && !journal && !failed && !disk.isOff; i++) await turn();
  for (let round = 0; round < rounds && journal && !disk.isOff; round++) {
    for (let s = 0; s < SESSIONS; s++) if (story.random() < 0.7) void story.send(journal, s);
    for (let t = Math.floor(story.random() * 4); t >= 0; t--) await turn();
    if (story.random() < 0.4 && !disk.isOff) story.land(journal, disk);
  }
};

/** The last life: a sound disk, clients send until all is acknowledged, landing lands it all. */
const finish = async (story: Story, disk: MemoryDisk): Promise<void> => {
  const journal = await story.open(disk, () => 0);
  for (let s = 0; s < SESSIONS; s++) await story.send(journal, s);
  for (
    let i = 0;
    i < 200 && JSON.stringify(journal.cursorOf('landing')) !== JSON.stringify(journal.durable);
    i++
  ) {
    story.land(journal, disk);
  }
  await journal.stop();
};

const tell = async (
  seed: number,
  fault?: (random: () => number) => MemoryDiskOptions['fault'],
): Promise<void> => {
  const random = randomOf(seed);
  const story = new Story(random);
  const options = (): MemoryDiskOptions => {
    const broken = fault?.(random);
    return { random, operations: Math.floor(random() * 120), ...(broken ? { fault: broken } : {}) };
  };
  let disk = createMemoryDisk(options());
  for (let lives = 0; lives < 4; lives++) {
    await live(story, disk, 25);
    disk = disk.restart(lives < 3 ? options() : { random });
  }
  await finish(story, disk);
  story.check();
};

describe('#44 a journal on a disk whose power goes', () => {
  it(`loses and doubles nothing acknowledged in ${RUNS} stories of four power losses`, {
    timeout: 600_000,
  }, async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      await tell(seed).catch((error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error });
      });
    }
  });

  it(`nor where writes also fail, come short or find no room`, { timeout: 600_000 }, async () => {
    const faults: readonly DiskFault[] = ['EIO', 'ENOSPC', 'EMFILE', 'short'];
    for (let seed = 1; seed <= RUNS; seed++) {
      await tell(
        1_000_000 + seed,
        (random) => () => (random() < 0.08 ? faults[Math.floor(random() * 4)] : undefined),
      ).catch((error: unknown) => {
        throw new Error(`seed ${1_000_000 + seed}`, { cause: error });
      });
    }
  });
});
