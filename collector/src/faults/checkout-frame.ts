import { encodeFrame, encodeLog } from '@gander/log-codes';
import { blur, focus, hidden, paste, typed, visible } from '@gander/log-codes/encode';

/** Logs of a frame of {@link checkoutFrame}. */
export const LOGS = 25;

const cadence = (i: number) =>
  typed({
    field: 9 + (i % 5),
    field_no: i % 9,
    duration_ms: 2_400 + i * 13,
    keys: 9 + (i % 12),
    corrections: i % 3,
    first_key_ms: 310 + i,
    pauses: i % 4,
    dwell_p10_ms: 61,
    dwell_p50_ms: 92 + (i % 17),
    dwell_p90_ms: 131,
    flight_p10_ms: 72,
    flight_p50_ms: 154 + i,
    flight_p90_ms: 402,
    dwell_cv_pct: 31,
    flight_cv_pct: 74,
    flight_autocorr_pct: -12,
    overlap_pct: 7,
    distinct_pct: 62,
    clock_step_us: 100,
  });

/** As many of each kind as the batches of `npm run bench:collector` hold. */
const logOf = (i: number) =>
  [
    focus({ field: 1 + (i % 20), field_no: i % 9, visit: 1, via: 1 }),
    cadence(i),
    blur({ field: 1, field_no: i % 9, visit: 1, method: 1, duration_ms: 3_100 + i * 7, corrections: 0 }),
    paste({ field: 1, field_no: 3, since_focus_ms: 412 }),
    hidden(),
    visible({ duration_ms: 5_210 }),
    blur({ field: 1, field_no: 3, visit: 1, method: 2, time_bucket: 3, uniformity: 1 }),
  ][i % 7]!;

/** For benches: a batch of a checkout, 25 logs of seven kinds. */
export const checkoutFrame = (batchSeq: number): Uint8Array => {
  const bytes: number[] = [];
  for (let i = 0; i < LOGS; i++) encodeLog(bytes, logOf(i + batchSeq), 40 + i * 31, []);
  const header = {
    batchSeq,
    firstLogSeq: batchSeq * LOGS,
    baseTimeMs: Date.now() - 2_000,
    sentAfterMs: 2_000,
    transactionType: 1,
  };
  return encodeFrame(header, [], bytes, LOGS);
};
