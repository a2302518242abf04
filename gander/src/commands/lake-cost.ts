import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { ASSUMPTIONS, type AssumptionName, type Assumptions } from '../lake-cost/assumptions.ts';
import { costReport, kebab } from '../lake-cost/cost-report.ts';
import { estimateLakeCost } from '../lake-cost/estimate-lake-cost.ts';
import { LIST_PRICES, readPrices } from '../lake-cost/prices.ts';
import { switchPoints } from '../lake-cost/switch-points.ts';

/** `gander lake cost`: what a lake on AWS would come to. @param lake the command `gander lake` */
export const registerLakeCost = (lake: Command): void => {
  const command = lake
    .command('cost')
    .description('Estimate what the lake costs on AWS, and when to change its shape (docs/cost.md).')
    .requiredOption('--events-per-second <n>', 'logs a second, mean over the day', toPositive)
    .option('--prices <file>', 'JSON of prices that differ: {"athena_scan": 5.5}')
    .option('--json', 'as JSON');
  for (const { name, value, unit, doc } of ASSUMPTIONS) {
    command.option(`--${kebab(name)} <n>`, `${doc.replaceAll('`', '')} (${unit})`, toPositive, value);
  }
  command.action((options: Assumptions & { eventsPerSecond: number; prices?: string; json?: true }) => {
    const assumptions = Object.fromEntries(
      ASSUMPTIONS.map(({ name }) => [name, options[name as AssumptionName]]),
    ) as Assumptions;
    const prices = options.prices === undefined ? LIST_PRICES : pricesOf(options.prices, command);
    if (options.json) {
      const cost = estimateLakeCost(options.eventsPerSecond, assumptions, prices);
      console.log(JSON.stringify({ ...cost, switchPoints: switchPoints(assumptions, prices) }, undefined, 2));
      return;
    }
    console.log(costReport(options.eventsPerSecond, assumptions, prices));
  });
};

const pricesOf = (file: string, command: Command) => {
  try {
    return readPrices(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    return command.error(`error: ${file}: ${(error as Error).message}`);
  }
};

const toPositive = (text: string): number => {
  const value = Number(text.replaceAll(/[_,]/g, ''));
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('A number above 0.');
  return value;
};
