// Batches of 25 logs, as a checkout makes them; only the batch number changes from one to the next.
import {
  blur,
  encodeFrame,
  encodeLog,
  focus,
  hidden,
  paste,
  toBase64Url,
  typed,
  visible,
} from '@gander/log-codes/encode';

const logs = (i) =>
  [
    focus({ field: 1 + (i % 20), field_no: i % 9, visit: 1, via: 1 }),
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
    }),
    blur({
      field: 1 + (i % 20),
      field_no: i % 9,
      visit: 1,
      method: 1,
      duration_ms: 3_100 + i * 7,
      corrections: 0,
    }),
    paste({ field: 1, field_no: 3, since_focus_ms: 412 }),
    hidden(),
    visible({ duration_ms: 5_210 }),
    blur({ field: 1, field_no: 3, visit: 1, method: 2, time_bucket: 3, uniformity: 1 }),
  ][i % 7];

/** One maker of request buffers. Batch numbers have three bytes in the frame, which are exactly the first four characters. */
export const requestMaker = (token, origin = 'https://shop.example') => {
  const bytes = [];
  for (let i = 0; i < 25; i++) encodeLog(bytes, logs(i), 40 + i * 31, []);
  const header = {
    batchSeq: 16_384,
    firstLogSeq: 0,
    baseTimeMs: Date.now(),
    sentAfterMs: 2_000,
    transactionType: 1,
  };
  const frame = encodeFrame(header, [], bytes, 25);
  const body = `G1.${token}.${toBase64Url(frame)}`;
  const head = `POST /v1/logs HTTP/1.1\r\nhost: localhost\r\norigin: ${origin}\r\ncontent-type: text/plain;charset=UTF-8\r\ncontent-length: ${body.length}\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\naccept: */*\r\naccept-encoding: gzip, deflate, br\r\n\r\n`;
  const request = Buffer.from(head + body, 'latin1');
  const at = head.length + 4 + token.length;
  let seq = 16_384;
  const make = () => {
    const three = Uint8Array.of((seq & 127) | 128, ((seq >> 7) & 127) | 128, seq >> 14);
    request.write(toBase64Url(three), at, 'latin1');
    seq++;
    return request;
  };
  return { make, frameBytes: frame.length, bodyBytes: body.length };
};
