import { DatabaseNotEmptyError, moveDatabase, NoDatabaseError, readCommandConfig } from '@gander/collector';
import type { Command } from 'commander';

/** `gander database …`: where merchants, keys and users are kept. */
export const registerDatabase = (program: Command): void => {
  const database = program.command('database').description('Look after the database of merchants and users.');

  database
    .command('move')
    .description('Copy all of it from SQLite in the data folder to an empty PostgreSQL.')
    .option(
      '--to <url>',
      'postgres://…; by default the variable DATABASE_URL, which other users of the machine do not see',
    )
    .addHelpText(
      'after',
      '\nStop every collector first. Then start them with DATABASE_URL, and with the same root key.\n\nExample:\n  DATABASE_URL=postgres://gander@db.example/gander gander database move',
    )
    .action(async (options: { to?: string }) => {
      const { dataDir, databaseUrl } = readCommandConfig(
        database.optsWithGlobals<{ dataDir?: string }>().dataDir,
        undefined,
      );
      const to = options.to ?? databaseUrl;
      if (!to) return program.error('Give --to, or set DATABASE_URL.');
      try {
        const moved = await moveDatabase({ dataDir, to });
        for (const [table, rows] of Object.entries(moved))
          if (rows) process.stdout.write(`${String(rows).padStart(8)}  ${table}\n`);
        process.stdout.write('moved; the file in the data folder is left as it was\n');
      } catch (error) {
        if (error instanceof NoDatabaseError)
          program.error(`${error.message}: nothing was moved. Say which folder it is by --data-dir.`);
        if (!(error instanceof DatabaseNotEmptyError)) throw error;
        program.error(`That database is in use already: ${error.message}. Nothing was changed.`);
      }
    });
};
