import { readLakeConfig, runUpkeep, UpkeepBusyError } from '@gander/collector/lake';
import type { Command } from 'commander';
import { showProgress } from '../output/show-progress.ts';

/** `gander compact`: one run of the lake's upkeep, for cron; `gander start` does the same by itself. */
export const registerCompact = (program: Command): void => {
  program
    .command('compact')
    .description(
      'Put the hours that are over into the lake (sorted, each log once), and remove what is past its time.',
    )
    .option('-c, --config <file>', 'configuration file (docs/configuration.md); the environment overrides it')
    .action(async (options: { config?: string }) => {
      const lake = await readLakeConfig(program.opts<{ dataDir?: string }>().dataDir, options.config);
      let at = { done: 0, total: 0 };
      const stop = showProgress('compact', () => (at.total ? at.done / at.total : undefined), process.stderr);
      try {
        const { compacted, removed } = await runUpkeep({
          ...lake,
          nowMs: Date.now(),
          onProgress: (done, total) => {
            at = { done, total };
          },
        });
        stop();
        for (const { day, rows, bytes, newObjects, dropped } of compacted) {
          const per = rows ? ` (${(bytes / rows).toFixed(1)} a row)` : '';
          console.log(
            `${day.dt} shard ${day.shard}: ${newObjects} objects added, ${rows} rows, ${bytes} bytes${per}, ${dropped} copies or erased rows left out`,
          );
        }
        if (!compacted.length) console.log('Nothing to compact.');
        const { landing, lake: parts, deadLetter, kept } = removed;
        if (landing + parts + deadLetter) {
          console.log(
            `Past their time, removed: ${landing} landing objects, ${parts} of the lake, ${deadLetter} dead letters.`,
          );
        }
        if (kept) console.error(`${kept} landing objects are past their time but not compacted: kept.`);
      } catch (error) {
        if (!(error instanceof UpkeepBusyError)) throw error;
        stop();
        console.error(`${error.message}: nothing to do here.`);
      } finally {
        stop();
      }
    });
};
