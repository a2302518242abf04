/** For tests: a collector as a process of its own. Says its address on standard output, and ends by a signal. */
import { readConfig } from '../config.ts';
import { startCollector } from '../start.ts';

const config = readConfig(JSON.parse(process.argv[2] ?? '{}'), {});
const collector = await startCollector({ config });
process.stdout.write(`${collector.url}\n`);
process.on('SIGTERM', () => void collector.stop().then(() => process.exit(0)));
