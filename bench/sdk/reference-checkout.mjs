import { setTimeout as wait } from 'node:timers/promises';

/** Numbers that look like chance and are the same in every run (mulberry32). */
const createRandom = (seed) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/**
 * The reference checkout: what an honest shopper does on the page in about two minutes, from the first look to "paid". The same keys, clicks
 * and pauses in every run; made for some 150 logs.
 * @param {ReturnType<import('./hands.mjs').createHands>} hands
 * @param {{ away: (ms: number) => Promise<void> }} page `away` looks at another tab for a while
 */
export const playReferenceCheckout = async (hands, { away }) => {
  const random = createRandom(150);
  const pause = (low, high) => wait(low + (high - low) * random());
  const type = async (id, text) => {
    await hands.click(id);
    await pause(300, 700);
    await keys(text);
  };
  const keys = async (text) => {
    for (const character of text) {
      await hands.press(character, 50 + 50 * random());
      await pause(40, 130);
    }
  };
  const correct = async (count, text) => {
    await pause(300, 600);
    for (let i = 0; i < count; i++) {
      await hands.backspace();
      await pause(60, 120);
    }
    await keys(text);
  };
  const next = async (text) => {
    await hands.tab();
    await pause(300, 700);
    await keys(text);
  };
  const copyAndPaste = async (from, to) => {
    await hands.click(from);
    await hands.control('a', 'selectAll');
    await hands.control('c', 'copy');
    await pause(300, 500);
    await hands.click(to);
    await hands.control('v', 'paste');
    await pause(400, 700);
  };

  await pause(2_500, 3_500);
  await type('email', 'jane doe shop');
  await correct(4, 'mail');
  await next('jane doe');
  await next('0151 2345678');
  await next('long street 12');
  await next('berlin');
  await next('10115');
  await correct(2, '17');
  await away(6_000);
  await pause(800, 1_200);
  // Looks everything over again, and changes the street.
  for (const id of ['email', 'name', 'phone', 'street']) {
    await hands.click(id);
    await pause(500, 900);
  }
  await correct(2, '21');
  await type('company', 'acme');
  await hands.click('country');
  await pause(500, 800);
  await hands.press('f');
  await pause(500, 800);
  await type('billing-name', 'acme gmbh');
  await next('short lane 3');
  await next('hamburg');
  await next('20095');
  await next('please ring twice');
  await away(4_000);
  await type('card', '4242424242424242');
  await correct(1, '2');
  await next('1227');
  await next('123');
  await copyAndPaste('name', 'holder');
  await type('coupon', 'save');
  await pause(2_500, 3_000);
  await correct(4, 'welcome10');
  for (const id of [
    'card',
    'expiry',
    'csc',
    'holder',
    'coupon',
    'email',
    'phone',
    'billing-name',
    'billing-zip',
  ]) {
    await hands.click(id);
    await pause(400, 900);
  }
  await away(8_000);
  await type('csc', '1');
  await correct(1, '3');
  await hands.click('terms');
  await pause(600, 900);
  await hands.click('pay');
  // The bank's page in another tab, and back: the payment is declined for a wrong expiry date.
  await away(12_000);
  await pause(1_500, 2_500);
  await type('expiry', '1');
  await correct(1, '8');
  for (const id of ['card', 'csc', 'holder']) {
    await hands.click(id);
    await pause(400, 900);
  }
  await pause(2_200, 2_800);
  await hands.click('pay');
  await pause(3_000, 3_500);
};
