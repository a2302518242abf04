import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { describeBatch } from '../output/describe-batch.ts';

/** `gander decode <body>`: a request body of `/v1/logs`, readably. */
export const registerDecode = (program: Command): void => {
  program
    .command('decode')
    .description('Print a batch as a client sends it: token, header, every log.')
    .argument('[body]', 'the body (G1.….…), a file that holds it, or "-" for standard input', '-')
    .action(async (body: string) => {
      const source =
        body === '-' ? await text(process.stdin) : existsSync(body) ? readFileSync(body, 'utf8') : body;
      try {
        process.stdout.write(`${describeBatch(source.trim())}\n`);
      } catch (error) {
        process.stderr.write(
          `Not a batch: ${(error as Error).message}. A body is G1.<token>.<frame>, both base64url (docs/wire.md).\n`,
        );
        process.exitCode = 1;
      }
    });
};
