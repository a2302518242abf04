import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { setUpCommand } from './command-fixture.ts';
import { registerErase } from './erase.ts';

const command = setUpCommand('erase', registerErase);
const MERCHANT = '0'.repeat(16);

it.each([
  [],
  ['--merchant', MERCHANT],
  ['--transaction', 'order_1'],
  ['--merchant', 'x', '--transaction', 'order_1'],
  ['--session', 'zz'],
])('says what it wants, and names no line where there is no file: %j', async (...args) => {
  await expect(command.run(...args)).rejects.toThrow(/^Give --merchant \(16 hex digits\) and --transaction/);
});

it('names the line of a file that is neither', async () => {
  const file = join(command.dataDir, 'wanted.txt');
  writeFileSync(file, `${MERCHANT} order_1\n\nnobody\n`);
  await expect(command.run('--file', file)).rejects.toThrow('Line 3 is neither');
});
