import { expect, it } from 'vitest';
import { createSuppressionList } from '../lake/suppressions.ts';
import { keepSuppressions, REMOTE_MS } from './open-suppressions.ts';

const ERASED = { merchant: '00112233445566ff', transaction: 'order_1', session: 'ab'.repeat(16) };
const away = Object.assign(new Error('S3 is away'), { name: 'TimeoutError' });
const refused = Object.assign(new Error('AccessDenied'), { $metadata: { httpStatusCode: 403 } });

const world = () => {
  const state = { nowMs: 0, asked: 0, error: undefined as Error | undefined, failed: [] as unknown[] };
  const read = keepSuppressions(
    async () => {
      state.asked++;
      if (state.error) throw state.error;
      return createSuppressionList([{ merchant: ERASED.merchant, transaction: ERASED.transaction }]);
    },
    () => state.nowMs,
    (error) => state.failed.push(error),
  );
  return { state, read };
};

it('asks the bucket once a minute', async () => {
  const { state, read } = world();
  for (; state.nowMs < 3 * REMOTE_MS; state.nowMs += 1_000) expect((await read()).has(ERASED)).toBe(true);
  expect(state.asked).toBe(3);
});

it('makes landing wait before anything is known, then goes on with what is', async () => {
  const { state, read } = world();
  state.error = away;
  await expect(read()).rejects.toThrow('S3 is away');
  await expect(read()).rejects.toThrow('S3 is away');
  expect(state.failed).toEqual([]);
  state.error = undefined;
  expect((await read()).has(ERASED)).toBe(true);
  state.error = away;
  state.nowMs += REMOTE_MS + 1;
  expect((await read()).has(ERASED)).toBe(true);
  expect((await read()).has(ERASED)).toBe(true);
  expect(state.failed).toEqual([away]);
});

it('lands without the list where it may not be read, and says so each minute', async () => {
  const { state, read } = world();
  state.error = refused;
  for (; state.nowMs < 2 * REMOTE_MS; state.nowMs += 1_000) expect((await read()).has(ERASED)).toBe(false);
  expect(state.failed).toEqual([refused, refused]);
  state.error = undefined;
  state.nowMs += REMOTE_MS;
  expect((await read()).has(ERASED)).toBe(true);
});
