import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createPacker } from './packer.ts';

it('packs lines into one gzip file over many pieces, and names the digest of what they are made of', () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => `{"n":${i},"text":"${'x'.repeat(i % 40)}"}`);
  const packer = createPacker();
  let before = 0;
  for (const line of lines) packer.add(line);
  for (const source of ['frame 1', new Uint8Array([2])]) packer.identify(source);
  before = packer.bytes;
  const { body, sha256 } = packer.finish();
  const text = `${lines.join('\n')}\n`;
  expect(gunzipSync(body).toString()).toBe(text);
  expect(sha256).toBe(
    createHash('sha256')
      .update('frame 1')
      .update(new Uint8Array([2]))
      .digest('hex'),
  );
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

it('packs quickly the same lines under the same digest', () => {
  const pack = (level: 'small' | 'quick') => {
    const packer = createPacker(level);
    packer.identify('a frame');
    for (let i = 0; i < 4_000; i++)
      packer.add(`{"n":${i},"square":${i * i},"text":"${'abc'.repeat(i % 7)}"}`);
    return packer.finish();
  };
  const [small, quick] = [pack('small'), pack('quick')];
  expect(quick.sha256).toBe(small.sha256);
  expect(gunzipSync(quick.body)).toEqual(gunzipSync(small.body));
  expect(quick.body.length).toBeGreaterThan(small.body.length);
});
