import type { Page } from 'playwright-core';

/**
 * Gives the operator who signed in by a link an e-mail and a password, as those have who stay: then no page carries the notice that
 * there is no way to come back.
 */
export const giveWayBack = async (page: Page): Promise<void> => {
  const status = await page.evaluate(async () => {
    const body = { name: 'Owner', email: 'owner@shop.example', password: 'a goose for the pictures' };
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/api/me/profile', { method: 'PUT', headers, body: JSON.stringify(body) })).status;
  });
  if (status !== 200) throw new Error(`profile: ${status}`);
  await page.reload();
  await page.waitForSelector('h1:has-text("Transactions")');
};
