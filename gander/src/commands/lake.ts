import { isInBucket, lakeStats, openLake, readLakeConfig } from '@gander/collector/lake';
import { type Command, InvalidArgumentError } from 'commander';
import { showProgress } from '../output/show-progress.ts';
import { formatTable } from '../output/table.ts';
import { registerLakeCost } from './lake-cost.ts';

/** `gander lake …`: how the lake is doing. */
export const registerLake = (program: Command): void => {
  const lake = program.command('lake').description('Look after the lake.');
  registerLakeCost(lake);
  lake
    .command('stats')
    .description(
      'Show days: rows, copies, late rows, parts, landing objects and small files not compacted yet.',
    )
    .option('--days <n>', 'how many days, the newest first', toDays, 14)
    .option('--json', 'as JSON')
    .option('-c, --config <file>', 'configuration file (docs/configuration.md); the environment overrides it')
    .action(async (options: { days: number; json?: true; config?: string }) => {
      const { dataDir, store, landing } = await readLakeConfig(
        program.opts<{ dataDir?: string }>().dataDir,
        options.config,
      );
      const opened = await openLake({ dataDir, store, remote: isInBucket(landing) });
      const stop = showProgress('lake stats', () => opened.progress(), process.stderr);
      const days = await lakeStats(opened, store, options.days);
      stop();
      opened.close();
      if (options.json) console.log(JSON.stringify(days, null, 2));
      else if (days.length) {
        const columns = Object.keys(days[0]!).map((name) => ({
          name,
          type: name === 'dt' ? 'varchar' : 'bigint',
        }));
        console.log(
          formatTable(
            columns,
            days.map((day) => Object.values(day) as (string | number)[]),
          ),
        );
      } else console.log('The lake is empty.');
    });
};

const toDays = (text: string): number => {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1) throw new InvalidArgumentError('A number of days, from 1.');
  return days;
};
