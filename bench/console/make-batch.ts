import { encodeFrame, encodeLog } from '@gander/log-codes';
import { blur, focus, typed } from '@gander/log-codes/encode';

/** Merchant of the live sessions. */
export const MERCHANT = 'aaaaaaaaaaaaaaaa';
export const LOGS_A_BATCH = 12;

/** The next batch of a session: a person in four fields. */
export const makeBatch = (session: number, seq: number) => {
  const bytes: number[] = [];
  for (let i = 0; i < LOGS_A_BATCH / 3; i++) {
    const field = { field: 10, field_no: i + 1 };
    encodeLog(bytes, focus({ ...field, visit: seq + 1, via: 1 }), 400, []);
    encodeLog(
      bytes,
      typed({ ...field, duration_ms: 2100, dwell_p50_ms: 95, flight_p50_ms: 180 + (session % 200) }),
      2100,
      [],
    );
    encodeLog(bytes, blur({ ...field, visit: seq + 1, method: 1, duration_ms: 2100 }), 2, []);
  }
  const receivedMs = Date.now();
  const header = {
    batchSeq: seq,
    firstLogSeq: seq * LOGS_A_BATCH,
    baseTimeMs: receivedMs - 10_010,
    sentAfterMs: 10_010,
    transactionType: 1,
  };
  return {
    merchant: MERCHANT,
    session: session.toString(16).padStart(32, '0'),
    transaction: `order_${session}`,
    assurance: 2,
    late: false,
    receivedMs,
    frame: encodeFrame(header, [], bytes, LOGS_A_BATCH),
  } as const;
};
