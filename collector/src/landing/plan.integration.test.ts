import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPlanFile, type Plan } from './plan.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gander-plan-'));
  path = join(dir, 'landing-plan.json');
});
afterEach(() => rmSync(dir, { recursive: true }));

const PLAN: Plan = {
  collector: 'c1',
  boot: 'b00',
  seq: 7,
  shards: 16,
  from: { segment: 3, offset: 32 },
  to: { segment: 4, offset: 9_000 },
};

it('keeps the last plan, and is none before the first', () => {
  const plans = createPlanFile(path);
  expect(plans.load()).toBeUndefined();
  plans.save(PLAN);
  plans.save({ ...PLAN, seq: 8 });
  expect(createPlanFile(path).load()).toEqual({ ...PLAN, seq: 8 });
});

it('sets a damaged plan aside and says so once, whichever byte is wrong or missing', () => {
  createPlanFile(path).save(PLAN);
  const sound = readFileSync(path);
  const damaged = [...sound.keys()].flatMap((at) => {
    const flipped = Buffer.from(sound);
    flipped[at]! ^= 1;
    return [flipped, sound.subarray(0, at)];
  });
  for (const bytes of [...damaged, Buffer.from('{}'), Buffer.from('null')]) {
    writeFileSync(path, bytes);
    const onDamage = vi.fn();
    const plans = createPlanFile(path, onDamage);
    expect([plans.load(), plans.load()]).toEqual([undefined, undefined]);
    expect(onDamage).toHaveBeenCalledOnce();
    expect(existsSync(path)).toBe(false);
    expect(readFileSync(`${path}.damaged`)).toEqual(bytes);
  }
});
