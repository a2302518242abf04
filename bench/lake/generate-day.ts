// A day of a made-up lake, as landing writes it: seeded, so that every run makes the same rows. Merchants' sizes are log-uniform;
// sessions follow the demo checkout's script (steps, fields, pastes, tab switches, outcome), with cadence and times drawn from
// log-normal distributions.
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FIELD_CLASS, LAKE_COLUMNS, shardOf } from '@gander/log-codes';

export interface DayOptions {
  readonly folder: string;
  readonly rows: number;
  readonly merchants: number;
  readonly shards: number;
  /** Receive day, `YYYY-MM-DD`. */
  readonly dt: string;
  /** Landing objects an hour and shard. */
  readonly objectsPerHour: number;
  readonly seed: number;
  /** Seed of the merchants alone, so that several days have the same ones; default: as `seed` draws them. */
  readonly merchantSeed?: number;
  /** Share of field visits with a scripted input; default none. */
  readonly scripted?: number;
}

export interface DayMade {
  readonly rows: number;
  readonly sessions: number;
  readonly objects: number;
  readonly bytes: number;
  /** A transaction in the middle of the day, of a merchant of middling size. */
  readonly sample: {
    readonly merchant: string;
    readonly transaction: string;
    readonly shard: string;
    readonly hour: string;
  };
}

/** mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
const randomFrom = (seed: number): (() => number) => {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

type Row = Record<string, string | number | boolean>;
const NAMES = LAKE_COLUMNS.map((c) => c.name);
const HOUR_MS = 3_600_000;

export const generateDay = async (
  options: DayOptions,
  onProgress: (rows: number) => void,
): Promise<DayMade> => {
  const random = randomFrom(options.seed);
  const ofMerchants = options.merchantSeed === undefined ? random : randomFrom(options.merchantSeed);
  const hex = (digits: number, from = random): string => {
    let text = '';
    while (text.length < digits)
      text += Math.floor(from() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0');
    return text.slice(0, digits);
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random());
  const logNormal = (median: number, spread: number): number =>
    Math.round(median * Math.exp(spread * normal()));
  const chance = (p: number): boolean => random() < p;

  // Log-uniform sizes: as many merchants between 10 and 100 sessions as between 100 and 1,000.
  const merchants = Array.from({ length: options.merchants }, () => ({
    id: hex(16, ofMerchants),
    weight: 10 ** (ofMerchants() * 4),
  }));
  const total = merchants.reduce((sum, m) => sum + m.weight, 0);
  let reached = 0;
  const cumulative = merchants.map((m) => {
    reached += m.weight;
    return reached / total;
  });
  const pickMerchant = (): string => {
    const x = random();
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! < x) low = middle + 1;
      else high = middle;
    }
    return merchants[low]!.id;
  };

  const dayMs = Date.parse(options.dt);
  let rows = 0;
  let sessions = 0;
  let objects = 0;
  let bytes = 0;
  let sample: DayMade['sample'] | undefined;
  const slotMs = HOUR_MS / options.objectsPerHour;
  const slots = 24 * options.objectsPerHour;
  let order = 1;

  /** One checkout: rows with a time from its start. */
  const session = (startMs: number): { receivedMs: number; row: Row }[] => {
    const merchant = pickMerchant();
    const id = hex(32);
    const transaction = `ord_${(order++).toString(36)}${hex(4)}`;
    const type = chance(0.8) ? 1 : 1 + Math.floor(random() * 8);
    const assurance = chance(0.7) ? 2 : 1;
    const out: { receivedMs: number; row: Row }[] = [];
    let at = startMs;
    let seq = 0;
    let batchSeq = 0;
    let sealAt = at + 2_000 + random() * 3_000;
    const lag = 60 + logNormal(120, 0.6);
    const add = (event: number, attributes: Row): void => {
      if (at > sealAt) {
        batchSeq++;
        sealAt = at + 2_000 + random() * 3_000;
      }
      const receivedMs = Math.round(sealAt + lag);
      out.push({
        receivedMs,
        row: {
          merchant,
          session: id,
          transaction,
          log_seq: seq++,
          batch_seq: batchSeq,
          code: type * 1_000 + event,
          event_ts: Math.round(at),
          lag_ms: receivedMs - Math.round(at),
          skew_ms: 0,
          assurance,
          late: false,
          collector: 'c1',
          ...attributes,
        },
      });
    };
    const wait = (median: number, spread = 0.7): number => {
      const ms = logNormal(median, spread);
      at += ms;
      return ms;
    };
    const ready = at;
    add(100, { sdk_version: 100, entry: 1, page: 'checkout', start_ms: logNormal(180, 0.5) });
    add(101, {
      languages: 1 + Math.floor(random() * 3),
      tz_offset_min: -60,
      screen_bucket: 2 + Math.floor(random() * 4),
      pointer_kinds: chance(0.6) ? 2 : 5,
      storage: 1,
    });
    let fieldNo = 0;
    const visit = (field: number, secret: boolean): void => {
      fieldNo++;
      wait(500);
      const f = { field, field_no: fieldNo };
      add(200, { ...f, visit: 1, since_ready_ms: Math.round(at - ready) });
      const method = chance(0.25) ? 3 : chance(0.12) ? 2 : 1;
      const duration = method === 1 ? wait(3_500) : wait(400);
      if (method === 2) add(220, { ...f, replaced: 0, since_focus_ms: Math.round(duration / 2) });
      if (options.scripted && chance(options.scripted)) add(400, { ...f, count: 1 });
      if (method === 3) add(230, { ...f, fill_source: 1, fields: 4 });
      const corrections = Math.floor(random() ** 4 * 6);
      if (secret)
        add(201, {
          ...f,
          visit: 1,
          method,
          time_bucket: Math.min(7, Math.floor(Math.log2(duration / 250 + 1))),
          uniformity: method === 1 ? 1 : 0,
          corrections: Math.min(2, corrections),
        });
      else {
        add(201, { ...f, visit: 1, method, duration_ms: duration, corrections });
        if (method === 1) {
          const dwell = logNormal(95, 0.25);
          const flight = logNormal(190, 0.4);
          add(210, {
            ...f,
            duration_ms: duration,
            corrections,
            first_key_ms: logNormal(350, 0.5),
            pauses: Math.floor(random() ** 3 * 4),
            dwell_p10_ms: Math.round(dwell * 0.75),
            dwell_p50_ms: dwell,
            dwell_p90_ms: Math.round(dwell * 1.4),
            flight_p10_ms: Math.round(flight * 0.6),
            flight_p50_ms: flight,
            flight_p90_ms: Math.round(flight * 2.1),
            dwell_cv_pct: 20 + Math.floor(random() * 25),
            flight_cv_pct: 35 + Math.floor(random() * 50),
            flight_autocorr_pct: Math.round(normal() * 15),
            overlap_pct: Math.floor(random() * 40),
            distinct_pct: 70 + Math.floor(random() * 30),
            clock_step_us: 100,
          });
        }
      }
      if (chance(0.06)) {
        add(300, {});
        add(301, { duration_ms: wait(9_000, 1) });
      }
      if (chance(0.08)) {
        add(302, {});
        add(303, { duration_ms: wait(4_000, 1) });
      }
    };
    const steps = chance(0.72) ? 3 : chance(0.6) ? 2 : 1;
    add(103, { step: 'cart', step_no: 1 });
    wait(2_500);
    if (chance(0.15)) visit(FIELD_CLASS.coupon, false);
    add(262, { depth_pct: 5 * Math.floor(random() * 20) });
    if (steps > 1) {
      add(103, { step: 'address', step_no: 2 });
      for (const name of ['email', 'full-name', 'street', 'postal-code', 'city', 'phone'] as const)
        visit(FIELD_CLASS[name], false);
      add(260, {
        moves: logNormal(60, 0.6),
        clicks: 3 + Math.floor(random() * 8),
        distance_px: 100 * logNormal(40, 0.5),
        straightness_pct: 30 + Math.floor(random() * 60),
        duration_ms: logNormal(9_000, 0.5),
      });
    }
    if (steps > 2) {
      add(103, { step: 'payment', step_no: 3 });
      for (const name of ['card-number', 'card-expiry', 'card-csc'] as const) visit(FIELD_CLASS[name], true);
      visit(FIELD_CLASS['card-name'], false);
      wait(800);
      add(250, { via: 1, press_no: 1, since_ready_ms: Math.round(at - ready) });
      add(110, { via: 1, since_ready_ms: Math.round(at - ready) });
      wait(1_500);
      add(chance(0.93) ? 111 : 112, { since_ready_ms: Math.round(at - ready) });
    }
    add(190, { exit: 1, active_ms: Math.round(at - ready), log_count: seq + 1 });
    return out;
  };

  const line = (row: Row): string => {
    let text = '{';
    for (const name of NAMES) {
      const value = row[name];
      if (value === undefined) continue;
      text += `${text.length > 1 ? ',' : ''}"${name}":${typeof value === 'string' ? `"${value}"` : value}`;
    }
    return `${text}}\n`;
  };

  // Slot by slot; what a session sends later waits for its slot.
  let waiting: { receivedMs: number; row: Row }[] = [];
  for (let slot = 0; slot < slots; slot++) {
    const from = dayMs + slot * slotMs;
    const last = slot === slots - 1;
    const goal = Math.round((options.rows * (slot + 1)) / slots);
    let made = waiting.length;
    while (rows + made < goal) {
      const all = session(from + random() * slotMs * 0.9);
      made += all.length;
      sessions++;
      waiting.push(...all);
    }
    const end = last ? Number.POSITIVE_INFINITY : from + slotMs;
    const files = new Map<string, string[]>();
    const later: typeof waiting = [];
    // As they arrive: sessions interleave.
    waiting.sort((a, b) => a.receivedMs - b.receivedMs);
    for (const item of waiting) {
      if (item.receivedMs >= end) {
        later.push(item);
        continue;
      }
      // The last slot takes what would be received after midnight.
      const receivedMs = Math.min(item.receivedMs, dayMs + 24 * HOUR_MS - 1);
      item.row.lag_ms = receivedMs - (item.row.event_ts as number);
      const shard = shardOf(item.row.merchant as string, options.shards);
      const hour = String(Math.floor((receivedMs - dayMs) / HOUR_MS)).padStart(2, '0');
      const key = `hour=${hour}/shard=${shard}`;
      let lines = files.get(key);
      if (!lines) {
        lines = [];
        files.set(key, lines);
      }
      lines.push(line(item.row));
      rows++;
      if (!sample && slot > slots / 2)
        sample = {
          merchant: item.row.merchant as string,
          transaction: item.row.transaction as string,
          shard,
          hour,
        };
    }
    waiting = later;
    for (const [key, lines] of files) {
      const folder = join(options.folder, 'landing/logs', `dt=${options.dt}`, key);
      mkdirSync(folder, { recursive: true });
      const body = gzipSync(lines.join(''), { level: 5 });
      bytes += body.length;
      objects++;
      const stream = createWriteStream(
        join(folder, `c1-bench-${String(slot).padStart(8, '0')}-000000000000.ndjson.gz`),
      );
      stream.end(body);
      await new Promise<void>((resolve) => stream.on('close', () => resolve()));
    }
    onProgress(rows);
  }
  return { rows, sessions, objects, bytes, sample: sample! };
};
