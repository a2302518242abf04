import type { Page } from 'playwright-core';
import { CANARIES } from './canaries.ts';

/** From key to key, ms, on average: a quick hand; as slow as real ones for a picture. */
const PACE = process.env.GANDER_SCREENSHOTS ? 120 : 25;

/** Types where the focus is, with the uneven rhythm of a hand; the same at each run. */
export const typeOn = async (page: Page, text: string, pace = PACE): Promise<void> => {
  let state = text.length;
  const uneven = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return 0.5 + state / 2_147_483_648;
  };
  for (const character of text) {
    await page.keyboard.press(character === ' ' ? 'Space' : character, { delay: pace * 0.4 * uneven() });
    await page.waitForTimeout(pace * 0.6 * uneven() ** 2);
  }
};

/** Clicks into a box and types. */
export const type = async (page: Page, name: string, text: string, pace = PACE): Promise<void> => {
  await page.click(`[name="${name}"]`);
  await typeOn(page, text, pace);
};

export const goToAddress = async (page: Page): Promise<void> => {
  await page.click('#cart .actions .button');
  await page.waitForSelector('#address:not([hidden])');
};

/** Fills the address in by hand, and asks for an account. */
export const fillAddress = async (page: Page, pace = PACE): Promise<void> => {
  await type(page, 'email', CANARIES.email, pace);
  await type(page, 'phone', CANARIES.phone, pace);
  await type(page, 'given-name', CANARIES.givenName, pace);
  await page.keyboard.press('Tab');
  await typeOn(page, CANARIES.familyName, pace);
  await type(page, 'street', CANARIES.street, pace);
  await type(page, 'postal-code', CANARIES.postalCode, pace);
  await type(page, 'city', CANARIES.city, pace);
  await page.focus('[name="country"]');
  await page.keyboard.type('Irel');
  await type(page, 'message', CANARIES.message, pace);
  await page.check('[name="account"]');
  await type(page, 'password', CANARIES.password, pace);
};

export const goToPayment = async (page: Page): Promise<void> => {
  await page.click('#address .actions .button:not(.secondary)');
  await page.waitForSelector('#payment:not([hidden])');
};

/** The card, typed; its number only if asked for. */
export const fillCard = async (page: Page, number?: string, pace = PACE): Promise<void> => {
  if (number) await type(page, 'cardnumber', number.replaceAll(' ', ''), pace);
  await type(page, 'exp-date', CANARIES.expiry.replace(/\D/g, ''), pace);
  await type(page, 'cvc', CANARIES.cvc, pace);
  await type(page, 'ccname', CANARIES.cardName, pace);
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
