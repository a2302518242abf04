import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong with a page, in light and in dark. */
export const violationsOf = async (page: Page): Promise<string[]> => {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      interface Axe {
        run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      }
      const { axe } = window as unknown as { axe: Axe };
      return (await axe.run()).violations.map(
        (v) => `${v.id}: ${v.nodes[0]?.html} ${v.nodes[0]?.failureSummary}`,
      );
    });
    found.push(...violations.map((v) => `${colorScheme} ${v}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
};
