import { expect, it, vi } from 'vitest';
import { createMemoryDisk } from '../faults/memory-disk.ts';
import { openCursors } from './cursors.ts';
import { readWhole, replaceFile } from './journal-fs.ts';
import { JOURNAL_START } from './position.ts';

const PATH = 'j/cursors.json';
const PLACE = { segment: 12, offset: 345 };

const saved = async () => {
  const { files } = createMemoryDisk({ random: Math.random });
  const cursors = openCursors(files, 'j', ['landing']);
  expect(cursors.get('landing')).toBeUndefined();
  cursors.set('landing', PLACE);
  await cursors.save();
  return files;
};

it('gives back what was saved', async () => {
  const files = await saved();
  const onDamage = vi.fn();
  const cursors = openCursors(files, 'j', ['landing'], onDamage);
  expect([cursors.get('landing'), cursors.saved, cursors.highest]).toEqual([PLACE, PLACE, 12]);
  expect(onDamage).not.toHaveBeenCalled();
});

it('takes damaged places for none, whichever byte is wrong or missing', async () => {
  const files = await saved();
  const sound = readWhole(files, PATH)!;
  for (const at of sound.keys()) {
    const flipped = Buffer.from(sound);
    flipped[at]! ^= 1;
    for (const bytes of [flipped, sound.subarray(0, at)]) {
      await replaceFile(files, 'j', 'cursors.json', bytes);
      const onDamage = vi.fn();
      const cursors = openCursors(files, 'j', ['landing'], onDamage);
      expect([cursors.get('landing'), cursors.saved, cursors.highest]).toEqual([undefined, JOURNAL_START, 0]);
      expect(onDamage).toHaveBeenCalledOnce();
    }
  }
});
