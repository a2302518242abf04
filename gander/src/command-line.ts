import { Command } from 'commander';
import { registerCompact } from './commands/compact.ts';
import { registerDatabase } from './commands/database.ts';
import { registerDeadLetters } from './commands/dead-letters.ts';
import { registerDecode } from './commands/decode.ts';
import { registerErase } from './commands/erase.ts';
import { registerKeys } from './commands/keys.ts';
import { registerLake } from './commands/lake.ts';
import { registerQuery } from './commands/query.ts';
import { registerStart } from './commands/start.ts';
import { registerUsers } from './commands/users.ts';
import { fail } from './output/fail.ts';

/**
 * The command line, and with `start` the only place where collector, console and demo checkout are put together.
 * @param version what `--version` prints
 */
export const runCommandLine = async (version: string): Promise<void> => {
  const program = new Command('gander')
    .version(version, '-V, --version', 'print the version')
    .description('Behavioural telemetry for checkouts: how a payment page is filled in, never what is typed.')
    .option(
      '--data-dir <folder>',
      'where Gander keeps its data (default: GANDER_DATA_DIR, else what the configuration file says, else .gander)',
    )
    .showHelpAfterError('(see gander --help)');

  for (const register of [
    registerStart,
    registerKeys,
    registerQuery,
    registerDecode,
    registerCompact,
    registerErase,
    registerLake,
    registerDeadLetters,
    registerDatabase,
    registerUsers,
  ])
    register(program);

  // SQL that begins with a comment, as in `gander query "$(cat question.sql)"`, is no option.
  const line = process.argv.map((argument) => (/^--\s/.test(argument) ? `\n${argument}` : argument));
  await program.parseAsync(line).catch(fail);
};
