import { setTimeout as wait } from 'node:timers/promises';

/** Physical key and its number of an ASCII letter, digit or blank. */
const keyOf = (character) => {
  const code = /[a-z]/i.test(character)
    ? `Key${character.toUpperCase()}`
    : /\d/.test(character)
      ? `Digit${character}`
      : 'Space';
  return { key: character, code, windowsVirtualKeyCode: character.toUpperCase().charCodeAt(0) };
};

/**
 * A person's hands on one page: real input by the browser's protocol, which the page sees as trusted.
 * @param {import('playwright-core').CDPSession} cdp of the page
 */
export const createHands = (cdp) => {
  const keyEvent = (type, key, more) => cdp.send('Input.dispatchKeyEvent', { type, ...key, ...more });
  const mouse = (type, { x, y }, more) => cdp.send('Input.dispatchMouseEvent', { type, x, y, ...more });
  const evaluate = async (expression) =>
    (await cdp.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })).result
      .value;
  const hands = {
    evaluate,
    /** Moves to an element and clicks it. */
    async click(id) {
      const at = await evaluate(
        `(() => { const e = document.getElementById('${id}'); e.scrollIntoView({ block: 'center' }); const r = e.getBoundingClientRect(); return { x: r.x + Math.min(20, r.width / 2), y: r.y + r.height / 2 } })()`,
      );
      await mouse('mouseMoved', at);
      await mouse('mousePressed', at, { button: 'left', clickCount: 1 });
      await mouse('mouseReleased', at, { button: 'left', clickCount: 1 });
    },
    async press(character, dwellMs = 0) {
      const key = keyOf(character);
      await keyEvent('keyDown', key, { text: character, unmodifiedText: character });
      if (dwellMs) await wait(dwellMs);
      await keyEvent('keyUp', key);
    },
    async backspace() {
      const key = { key: 'Backspace', code: 'Backspace', windowsVirtualKeyCode: 8 };
      await keyEvent('rawKeyDown', key, { commands: ['deleteBackward'] });
      await keyEvent('keyUp', key);
    },
    async tab() {
      const key = { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 };
      await keyEvent('rawKeyDown', key);
      await keyEvent('keyUp', key);
    },
    /** Control and a letter that does something: `a` selectAll, `c` copy, `v` paste. */
    async control(letter, command) {
      const control = { key: 'Control', code: 'ControlLeft', windowsVirtualKeyCode: 17 };
      await keyEvent('rawKeyDown', control, { modifiers: 2 });
      await keyEvent('rawKeyDown', keyOf(letter), { modifiers: 2, commands: [command] });
      await keyEvent('keyUp', keyOf(letter), { modifiers: 2 });
      await keyEvent('keyUp', control);
    },
    /** Types at an even pace, ms from press to press. */
    async type(text, paceMs) {
      for (const character of text) {
        const from = performance.now();
        await hands.press(character);
        const rest = paceMs - (performance.now() - from);
        if (rest > 0) await wait(rest);
      }
    },
  };
  return hands;
};

/**
 * Main-thread script time of a page so far, in µs of CPU.
 * @param {import('playwright-core').CDPSession} cdp
 */
export const scriptCpuUs = async (cdp) => {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ScriptDuration').value * 1e6;
};
