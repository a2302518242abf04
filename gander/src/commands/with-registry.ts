import {
  type Config,
  checkRootKey,
  loadRootKey,
  openRegistry,
  type Registry,
  RegistryError,
  readCommandConfig,
} from '@gander/collector';
import { type UsersOptions, writeAudit } from '@gander/collector/operators';
import type { Command } from 'commander';

/** Who acts, in the trail of changes. */
const ACTOR = { id: 'command line', name: 'command line' };

/** What a command works with that opens the database of the server. */
export interface OpenedRegistry {
  readonly registry: Registry;
  readonly config: Config;
  readonly rootKey: Buffer;
  /** Writes a change into the trail that the console shows. `merchant` is `*` for what belongs to none. */
  writeChange(change: { merchant: string; action: string; target?: string }): Promise<void>;
}

/** Gives the commands of a group the option by which {@link withRegistry} finds the database. */
export const addRegistryOptions = (group: Command): Command =>
  group.option(
    '-c, --config <file>',
    'configuration file, as of the running server: it may name another database',
  );

/** Works with the registry, also beside a running server, and closes it. What the registry refuses is told in a sentence. */
export const withRegistry = async (
  group: Command,
  work: (opened: OpenedRegistry) => Promise<void>,
): Promise<void> => {
  const { dataDir, config: file } = group.optsWithGlobals<{ dataDir?: string; config?: string }>();
  const config = readCommandConfig(dataDir, file);
  await checkRootKey(config);
  const rootKey = loadRootKey(config.dataDir, config.rootKey);
  const { databaseUrl } = config;
  const registry = await openRegistry({ databaseUrl, dataDir: config.dataDir, rootKey, pollMs: 0 });
  try {
    const users = { db: registry.db as unknown as UsersOptions['db'] };
    await work({
      registry,
      config,
      rootKey,
      writeChange: (change) => writeAudit({ users, clock: Date.now }, ACTOR, change),
    });
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    group.error(`${error.message}.`);
  } finally {
    await registry.stop();
  }
};
