import { describe, expect, it } from 'vitest';
import { createSuppressionReader } from './suppressions.ts';

describe('createSuppressionReader', () => {
  it('reads each object once, however often it is asked, and those that came since', async () => {
    const objects = new Map<string, string>();
    const reads: string[] = [];
    const read = createSuppressionReader({
      list: async () => [...objects.keys()].map((key) => ({ key, bytes: 1, modifiedMs: 0, version: '' })),
      async read(key) {
        reads.push(key);
        return Buffer.from(objects.get(key)!);
      },
    });
    const session = (n: number): string => String(n).padStart(32, '0');
    for (let i = 0; i < 40; i++) objects.set(`lake/suppressed/${i}`, `{"session":"${session(i)}"}\n`);
    expect((await read()).all).toHaveLength(40);
    expect(reads).toHaveLength(40);
    objects.set('lake/suppressed/new', `{"session":"${session(40)}"}\n{"merchant":"m","transaction":"t"}\n`);
    const list = await read();
    expect(list.all).toHaveLength(42);
    expect(list.has({ merchant: 'm', transaction: 't', session: '' })).toBe(true);
    expect(reads).toHaveLength(41);
  });
});
