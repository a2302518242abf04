import type { Page } from 'playwright-core';
import { CANARIES } from './canaries.ts';

/** Between two keys, ms: quick, but a hand. */
const RHYTHM = 25;

/** Clicks into a box and types. */
export const type = async (page: Page, name: string, text: string, delay = RHYTHM): Promise<void> => {
  await page.click(`[name="${name}"]`);
  await page.keyboard.type(text, { delay });
};

export const goToAddress = async (page: Page): Promise<void> => {
  await page.click('#cart .actions .button');
  await page.waitForSelector('#address:not([hidden])');
};

/** Fills the address in by hand, and asks for an account. */
export const fillAddress = async (page: Page, delay = RHYTHM): Promise<void> => {
  await type(page, 'email', CANARIES.email, delay);
  await type(page, 'phone', CANARIES.phone, delay);
  await type(page, 'given-name', CANARIES.givenName, delay);
  await page.keyboard.press('Tab');
  await page.keyboard.type(CANARIES.familyName, { delay });
  await type(page, 'street', CANARIES.street, delay);
  await type(page, 'postal-code', CANARIES.postalCode, delay);
  await type(page, 'city', CANARIES.city, delay);
  await page.focus('[name="country"]');
  await page.keyboard.type('Irel');
  await type(page, 'message', CANARIES.message, delay);
  await page.check('[name="account"]');
  await type(page, 'password', CANARIES.password, delay);
};

export const goToPayment = async (page: Page): Promise<void> => {
  await page.click('#address .actions .button:not(.secondary)');
  await page.waitForSelector('#payment:not([hidden])');
};

/** The card, typed; its number only if asked for. */
export const fillCard = async (page: Page, number?: string, delay = RHYTHM): Promise<void> => {
  if (number) await type(page, 'cardnumber', number.replaceAll(' ', ''), delay);
  await type(page, 'exp-date', CANARIES.expiry.replace(/\D/g, ''), delay);
  await type(page, 'cvc', CANARIES.cvc, delay);
  await type(page, 'ccname', CANARIES.cardName, delay);
  await page.check('[name="terms"]');
};

/** Presses the pay button; resolves with what the shop says then. */
export const pay = async (page: Page): Promise<'approved' | 'declined' | 'code'> => {
  await page.click('#pay');
  const shown = await page.waitForSelector('#done:not([hidden]), #declined:not([hidden]), #bank[open]');
  const id = await shown.getAttribute('id');
  return id === 'done' ? 'approved' : id === 'bank' ? 'code' : 'declined';
};

/** The order that a page fills in: Gander's transaction. */
export const orderOn = async (page: Page): Promise<string> =>
  (await page.getAttribute('main', 'data-order')) ?? '';

/** Copies a text in another tab, as one copies a card number from a note, and comes back; the tab is really hidden meanwhile. */
export const copyElsewhere = async (page: Page, text: string): Promise<void> => {
  const note = await page.context().newPage();
  await note.setContent('<textarea autofocus></textarea>');
  await note.bringToFront();
  await note.fill('textarea', text);
  await note.press('textarea', 'Control+A');
  await note.press('textarea', 'Control+C');
  await page.bringToFront();
  await note.close();
};

/** Closes a tab as a person does. */
export const closeTab = async (page: Page): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.close').catch(() => undefined);
};
