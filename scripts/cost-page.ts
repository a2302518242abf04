import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costTables } from '../gander/src/lake-cost/cost-report.ts';

const PAGE = 'docs/cost.md';

/** The page of costs with its tables as the calculator makes them: path from the root → content. */
export const fillCostPage = (): ReadonlyMap<string, string> => {
  const page = readFileSync(join(import.meta.dirname, '..', PAGE), 'utf8');
  const [before, rest] = page.split('<!-- cost:begin -->');
  const after = rest?.split('<!-- cost:end -->')[1];
  if (after === undefined) throw new Error(`${PAGE} has no cost:begin and cost:end marks`);
  return new Map([[PAGE, `${before}<!-- cost:begin -->\n${costTables()}\n<!-- cost:end -->${after}`]]);
};
