import {
  type DeadLetterGroup,
  listDeadLetters,
  openTarget,
  readLakeConfig,
  redriveDeadLetters,
  UpkeepBusyError,
} from '@gander/collector/lake';
import type { Command } from 'commander';
import { formatTable } from '../output/table.ts';

interface Options {
  readonly reason?: string;
  readonly json?: true;
  readonly config?: string;
}

const CONFIG = 'configuration file (docs/configuration.md); the environment overrides it';

/** `gander dead-letters list | redrive`: what could not become rows, and another try at it. */
export const registerDeadLetters = (program: Command): void => {
  const command = program.command('dead-letters').description('What could not become rows, and why.');
  const open = (options: Options) =>
    readLakeConfig(program.opts<{ dataDir?: string }>().dataDir, options.config);

  command
    .command('list')
    .description(
      'Show dead letters by reason: how many, how many of them can be driven again, a sample’s head in hex.',
    )
    .option('--reason <reason>', 'of this reason only')
    .option('--json', 'as JSON')
    .option('-c, --config <file>', CONFIG)
    .action(async (options: Options) => {
      const { store } = await open(options);
      const groups = await listDeadLetters(store, { reason: options.reason });
      if (options.json) console.log(JSON.stringify(groups, null, 2));
      else console.log(groups.length ? tableOf(groups) : 'No dead letters.');
    });

  command
    .command('redrive')
    .description('Put dead letters back through landing, once each; those that still fail stay.')
    .option('--reason <reason>', 'of this reason only')
    .option('-c, --config <file>', CONFIG)
    .addHelpText('after', '\nThe receipt is printed and kept below lake/receipts.')
    .action(async (options: Options) => {
      const { dataDir, store, landing } = await open(options);
      try {
        const receipt = await redriveDeadLetters({
          store,
          target: await openTarget(landing, dataDir),
          dataDir,
          shards: landing.shards,
          actor: 'command line',
          nowMs: Date.now(),
          reason: options.reason,
        });
        console.log(JSON.stringify(receipt, null, 2));
      } catch (error) {
        if (!(error instanceof UpkeepBusyError)) throw error;
        program.error(`${error.message}: try again in a minute.`);
      }
    });
};

const tableOf = (groups: readonly DeadLetterGroup[]): string =>
  formatTable(
    [
      { name: 'stage', type: 'varchar' },
      { name: 'reason', type: 'varchar' },
      { name: 'letters', type: 'bigint' },
      { name: 'redrivable', type: 'bigint' },
      { name: 'bytes', type: 'bigint' },
      { name: 'newest', type: 'varchar' },
      { name: 'sample', type: 'varchar' },
    ],
    groups.map((g) => [
      g.stage,
      g.reason,
      g.letters,
      g.redrivable,
      g.bytes,
      new Date(g.newestMs).toISOString(),
      g.sample.head ?? '',
    ]),
  );
