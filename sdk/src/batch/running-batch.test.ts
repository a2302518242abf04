import { fromBase64Url, type Log } from '@gander/log-codes';
import { decodeFrame } from '@gander/log-codes/decode';
import { expect, it } from 'vitest';
import { createRunningBatch } from './running-batch.ts';

const create = () =>
  createRunningBatch(
    () => 0,
    () => 1_700_000_000_000,
    () => 0,
    () => 0,
  );

/** A log in whose midst everything ends, after so many looks at it. */
const broken = (looks: number): Log => {
  let left = looks;
  return new Proxy([350, 1, 2, 3], {
    get(target, key) {
      if (!left--) throw new Error('stopped');
      return Reflect.get(target, key);
    },
  }) as unknown as Log;
};

it('holds whole logs only, wherever the adding of one was stopped', () => {
  for (let looks = 0; looks < 6; looks++) {
    const batch = create();
    batch.add([350, 1, 5]);
    expect(() => batch.add(broken(looks)), `${looks}`).toThrow('stopped');
    const codesOf = (): unknown[] =>
      decodeFrame(fromBase64Url(batch.peek()!.frame)).logs.map(({ attributes }) => attributes.field);
    expect(codesOf(), `${looks}`).toEqual([5]);
    batch.add([350, 1, 6]);
    expect(codesOf(), `${looks}`).toEqual([5, 6]);
  }
});
