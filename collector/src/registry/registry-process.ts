/** Run by tests as a process of its own: makes a merchant with ten origins, as fast as it can. Arguments: data folder, database. */
import { openRegistry } from './open-registry.ts';
import { loadRootKey } from './root-key.ts';

const [, , dataDir = '', databaseUrl] = process.argv;
const registry = await openRegistry({ dataDir, databaseUrl, rootKey: loadRootKey(dataDir), pollMs: 0 });
const { id } = await registry.createMerchant({ name: `Of process ${process.pid}`, origins: [] });
for (let i = 0; i < 10; i++) await registry.addOrigin(id, `https://shop${i}.example`);
await registry.stop();
