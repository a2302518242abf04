// npm run bench:sdk -- size|wire|cpu|start|memory|delivery|failures|long-forms|all [options]: the SDK beside its peers, in real browsers.
import '../../scripts/setup/ensure-node.mjs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const BENCHES = {
  size: () => import('./size.mjs'),
  modules: () => import('./modules.mjs'),
  wire: () => import('./wire.mjs'),
  cpu: () => import('./cpu.mjs'),
  start: () => import('./start.mjs'),
  memory: () => import('./memory.mjs'),
  delivery: () => import('./delivery.mjs'),
  failures: () => import('./failures.mjs'),
  'long-forms': async () => ({ 'long-forms': (await import('./long-forms.mjs')).longForms }),
};
const USAGE = `npm run bench:sdk -- ${Object.keys(BENCHES).join('|')}|all [--sdks gander,clarity,…] [--rounds N] [--hours N] [--trials N] [--fields N,N,…] [--minutes N]
                     [--scenarios navigation,…] [--engine chromium|firefox|webkit] [--profile] [--no-build]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sdks: { type: 'string' },
    rounds: { type: 'string' },
    hours: { type: 'string' },
    trials: { type: 'string' },
    fields: { type: 'string' },
    minutes: { type: 'string' },
    scenarios: { type: 'string' },
    engine: { type: 'string' },
    profile: { type: 'boolean' },
    'no-build': { type: 'boolean' },
    record: { type: 'boolean' },
  },
});
const names = positionals[0] === 'all' ? Object.keys(BENCHES) : positionals;
if (!names.length || names.some((name) => !(name in BENCHES))) {
  console.error(USAGE);
  process.exit(2);
}

const { ensurePackages } = await import('../../scripts/setup/ensure-packages.mjs');
const { SetupError, run, tail, withProgress } = await import('../../scripts/setup/progress.mjs');
try {
  await ensurePackages(ROOT);
  const { ensurePeers } = await import('./ensure-peers.mjs');
  await ensurePeers();
  const { ensureBrowser } = await import('../../scripts/setup/ensure-browser.mjs');
  await ensureBrowser(ROOT);
  if (!values['no-build'])
    await withProgress('building the SDK', async () => {
      const rollup = join(ROOT, 'node_modules/rollup/dist/bin/rollup');
      const args = [rollup, '-c', 'rollup.config.mjs', '--only', 'log-codes,sdk'];
      const { code, output } = await run(process.execPath, args, { cwd: ROOT });
      if (code !== 0) throw new SetupError(`the SDK does not build:\n${tail(output)}`);
    });
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}

/** As given by hand, without what npm adds. */
const given = process.argv.slice(3).join(' ');
for (const name of names) {
  const bench = await BENCHES[name]();
  const command = `npm run bench:sdk -- ${name}${given ? ` ${given}` : ''}`;
  await bench[name]({
    sdks: values.sdks,
    rounds: values.rounds && Number(values.rounds),
    hours: values.hours && Number(values.hours),
    trials: values.trials && Number(values.trials),
    fields: values.fields,
    minutes: values.minutes && Number(values.minutes),
    scenarios: values.scenarios,
    engine: values.engine,
    profile: values.profile,
    record: values.record,
    command,
  });
}
process.exit(0);
