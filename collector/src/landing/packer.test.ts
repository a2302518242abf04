import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createPacker } from './packer.ts';

it('packs lines into one gzip file over many pieces, and names their digest', () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => `{"n":${i},"text":"${'x'.repeat(i % 40)}"}`);
  const packer = createPacker();
  let before = 0;
  for (const line of lines) packer.add(line);
  before = packer.bytes;
  const { body, sha256, lines: count } = packer.finish();
  const text = `${lines.join('\n')}\n`;
  expect(gunzipSync(body).toString()).toBe(text);
  expect(sha256).toBe(createHash('sha256').update(text).digest('hex'));
  expect(count).toBe(40_000);
  expect(before).toBeGreaterThan(0);
});

it('writes the same bytes for the same lines', () => {
  const pack = () => {
    const packer = createPacker();
    for (let i = 0; i < 1_000; i++) packer.add(`{"n":${i}}`);
    return packer.finish();
  };
  expect(pack()).toEqual(pack());
});
