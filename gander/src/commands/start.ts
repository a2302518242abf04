import { existsSync } from 'node:fs';
import { type Config, readCommandConfig, unknownVariables } from '@gander/collector';
import { type Command, InvalidArgumentError } from 'commander';
import color from 'picocolors';
import type { Gander } from '../start/start-gander.ts';

interface StartOptions {
  readonly config?: string;
  readonly port?: number;
  readonly consolePort: number;
  readonly demoPort: number;
  readonly demo: boolean;
}

/** `gander start`: collector, console and demo checkout in one process. */
export const registerStart = (program: Command): void => {
  program
    .command('start')
    .description('Run collector, console and demo checkout in one process.')
    .option('-c, --config <file>', 'configuration file (docs/configuration.md); the environment overrides it')
    .option('--port <port>', 'port of the collector (default 7070)', toPort)
    .option(
      '--console-port <port>',
      'port of the console',
      toPort,
      toPort(process.env.GANDER_CONSOLE_PORT ?? '7071'),
    )
    .option(
      '--demo-port <port>',
      'port of the demo checkout',
      toPort,
      toPort(process.env.GANDER_DEMO_PORT ?? '7072'),
    )
    .option('--no-demo', 'run no demo checkout')
    .action(async (options: StartOptions) => {
      const began = performance.now();
      const config = configOf(options, program.opts<{ dataDir?: string }>().dataDir);
      for (const name of unknownVariables(process.env))
        console.error(color.yellow(`${name} is no option and does nothing: see docs/configuration.md.`));
      const fresh = !existsSync(config.dataDir);
      const { startGander } = await import('../start/start-gander.ts');
      const gander = await startGander({
        config,
        consolePort: options.consolePort,
        demoPort: options.demo ? options.demoPort : null,
        say: (part) => console.log(color.dim(`starting the ${part} …`)),
      });
      console.log(welcome(gander, config, fresh, performance.now() - began));
      await stopOnSignal(gander);
    });
};

const configOf = (options: StartOptions, dataDir: string | undefined): Config => {
  // Quiet by default: what a person at a terminal wants to see is printed by this command.
  const config = readCommandConfig(dataDir, options.config, { logLevel: 'warn' });
  return options.port === undefined ? config : { ...config, port: options.port };
};

const toPort = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is 0 to 65535.');
  return port;
};

const welcome = (gander: Gander, config: Config, fresh: boolean, tookMs: number): string => {
  const line = (name: string, text: string) => `  ${name.padEnd(15)} ${text}`;
  return [
    '',
    color.bold(`Gander is ready (${(tookMs / 1000).toFixed(1)} s).`),
    '',
    gander.demo && line('Demo checkout', color.cyan(gander.demo.url)),
    line('Console', color.cyan(gander.console)),
    gander.signIn &&
      line(
        '  sign in',
        `${color.cyan(gander.signIn)}\n${' '.repeat(18)}${color.dim('once, within a day; then choose a password in the settings')}`,
      ),
    line('Collector', color.cyan(gander.collector)),
    line(
      'Data',
      `${config.dataDir}${fresh ? ` (new${gander.demo ? ': a demo merchant and its keys are in it' : ''})` : ''}`,
    ),
    '',
    color.dim(
      gander.demo ? 'Fill in the checkout and watch it in the console. Ctrl-C stops.' : 'Ctrl-C stops.',
    ),
  ]
    .filter((text) => text !== undefined)
    .join('\n');
};

/** Resolves when it has stopped; a second Ctrl-C does not wait. */
const stopOnSignal = (gander: Gander): Promise<void> =>
  new Promise((resolve) => {
    let stopping = false;
    const stop = (): void => {
      if (stopping) process.exit(130);
      stopping = true;
      console.log('\nStopping: landing what has been taken …');
      gander.stop().then(
        () => {
          console.log('Stopped. Nothing acknowledged is lost.');
          resolve();
          process.exit(0);
        },
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
