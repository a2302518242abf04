import { readFileSync } from 'node:fs';
import {
  eraseLogs,
  parseSuppressions,
  readLakeConfig,
  UpkeepBusyError,
  withUpkeep,
} from '@gander/collector/lake';
import type { Command } from 'commander';
import { showProgress } from '../output/show-progress.ts';

interface EraseCommandOptions {
  readonly config?: string;
  readonly merchant?: string;
  readonly transaction?: string;
  readonly session?: string;
  readonly file?: string;
  readonly dryRun?: true;
}

/** `gander erase`: takes transactions or sessions out of landing and lake, and keeps them out. */
export const registerErase = (program: Command): void => {
  program
    .command('erase')
    .description('Erase transactions or sessions from landing and lake, and keep them out.')
    .option('--merchant <id>', 'whose transaction it is')
    .option('--transaction <reference>', "the merchant's own reference")
    .option('--session <id>', 'a session, 32 hex digits')
    .option('--file <file>', 'lines of "<merchant> <transaction>" or "<session>"')
    .option('--dry-run', 'say what would be erased, and change nothing')
    .option('-c, --config <file>', 'configuration file (docs/configuration.md); the environment overrides it')
    .addHelpText(
      'after',
      '\nWhat is erased cannot be brought back. The receipt is printed and kept below lake/receipts.\n\nExample:\n  gander erase --merchant 00112233445566ff --transaction order_1',
    )
    .action(async (options: EraseCommandOptions) => {
      const named = parseSuppressions(namedBy(options));
      const listed = parseSuppressions(options.file ? readFileSync(options.file, 'utf8').split('\n') : []);
      const suppressions = [...named.suppressions, ...listed.suppressions];
      // Lines are those of a file.
      if (named.problems.length || (!suppressions.length && !listed.problems.length)) program.error(WANTED);
      if (listed.problems.length) program.error(listed.problems.join('\n'));
      const lake = await readLakeConfig(program.opts<{ dataDir?: string }>().dataDir, options.config);
      let share = 0;
      const stop = showProgress('erase', () => share, process.stderr);
      try {
        const receipt = await withUpkeep(lake, (duck) =>
          eraseLogs({
            duck,
            store: lake.store,
            suppressions,
            nowMs: Date.now(),
            dryRun: options.dryRun ?? false,
            onProgress: (done, total) => {
              share = done / total;
            },
          }),
        );
        stop();
        console.log(JSON.stringify(receipt, null, 2));
        if (options.dryRun) console.error('Nothing was changed: this is what would be erased.');
      } catch (error) {
        if (!(error instanceof UpkeepBusyError)) throw error;
        stop();
        program.error(`${error.message}: try again in a minute.`);
      } finally {
        stop();
      }
    });
};

const WANTED =
  'Give --merchant (16 hex digits) and --transaction, or --session (32 hex digits), or a --file of them.';

/** What the options name, each as a line of a file would. */
const namedBy = ({ merchant, transaction, session }: EraseCommandOptions): string[] => [
  ...(merchant || transaction ? [`${merchant ?? '-'} ${transaction ?? ''}`] : []),
  ...(session ? [session] : []),
];
