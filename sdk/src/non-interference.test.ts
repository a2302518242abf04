// @vitest-environment happy-dom
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startSimulatedPage } from './simulated-page.ts';

/**
 * Non-interference: what a secret is must not show in what is sent. Same rhythm, another secret (also of 15, 16 or 19 digits, or the
 * same gaps in another order): byte for byte the same frames. `GANDER_RUNS=10000` runs the full number.
 */
const numRuns = Number(process.env.GANDER_RUNS ?? 150);
const timeout = 60_000 + numRuns * 200;

const FIELDS = {
  card: 'autocomplete="cc-number" placeholder=" "',
  csc: 'autocomplete="cc-csc"',
  expiry: 'autocomplete="cc-exp"',
  password: 'type="password"',
  otp: 'autocomplete="one-time-code"',
  iban: 'name="iban"',
  unknown: 'name="x17"',
  declared: 'data-gander="secret" name="email"',
};
type FieldName = keyof typeof FIELDS;

/** One visit: what is typed, when, with which corrections; the visit's own length is given, as the rhythm's. */
interface Visit {
  readonly field: FieldName;
  readonly text: string;
  readonly gaps: readonly number[];
  readonly dwell: number;
  readonly corrections: number;
  readonly stayMs: number;
}

const payload = async ({ field, text, gaps, dwell, corrections, stayMs }: Visit): Promise<string[]> => {
  const page = await startSimulatedPage(`<form><input id="f" ${FIELDS[field]}></form>`);
  const input = page.query('#f') as HTMLInputElement;
  const from = page.world.time;
  page.focus(input);
  [...text].forEach((character, i) => {
    input.value += character;
    page.key(input, dwell);
    page.world.time += gaps[i % gaps.length]!;
  });
  for (let i = 0; i < corrections; i++) page.fire(input, 'input', { inputType: 'deleteContentBackward' });
  page.world.time = from + stayMs;
  page.blur(input);
  await page.flush();
  const frames = page.frames();
  page.stop();
  return frames;
};

const fieldNames = fc.constantFrom(...(Object.keys(FIELDS) as FieldName[]));
const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((d) => d.join(''));
const rhythm = fc.record({
  gaps: fc.array(fc.integer({ min: 20, max: 400 }), { minLength: 4, maxLength: 19 }),
  dwell: fc.integer({ min: 10, max: 150 }),
  corrections: fc.integer({ min: 0, max: 3 }),
  stayMs: fc.integer({ min: 12_000, max: 60_000 }),
});

it(
  'L30: sends the same bytes for two secrets of one length',
  async () => {
    await fc.assert(
      fc.asyncProperty(fieldNames, rhythm, digits(16), digits(16), async (field, hand, one, other) => {
        const visit = { field, ...hand };
        expect(await payload({ ...visit, text: one })).toEqual(await payload({ ...visit, text: other }));
      }),
      { numRuns },
    );
  },
  timeout,
);

it(
  'L28: sends the same bytes for card numbers of 15, 16 and 19 digits',
  async () => {
    await fc.assert(
      fc.asyncProperty(fieldNames, rhythm, digits(19), async (field, hand, number) => {
        // One gap for all: the length is the only difference.
        const visit = { field, ...hand, gaps: hand.gaps.slice(0, 1), corrections: 0 };
        const sent = await payload({ ...visit, text: number });
        for (const length of [15, 16])
          expect(await payload({ ...visit, text: number.slice(0, length) })).toEqual(sent);
      }),
      { numRuns },
    );
  },
  timeout,
);

it(
  'L29: sends the same bytes for the same gaps in another order',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fieldNames,
        rhythm,
        fc.array(fc.integer({ min: 20, max: 400 }), { minLength: 16, maxLength: 16 }),
        async (field, hand, gaps) => {
          const visit = { field, ...hand, text: '4242424242424242' };
          // The gap after the last key is none: it stays where it is.
          const turned = [...gaps.slice(0, 15).reverse(), gaps[15]!];
          expect(await payload({ ...visit, gaps: turned })).toEqual(await payload({ ...visit, gaps }));
        },
      ),
      { numRuns },
    );
  },
  timeout,
);

/** Secrets in boxes of so many characters, of which the page moves on to the next when one is full. */
const BOXES = {
  named: {
    size: 1,
    boxes: Array.from({ length: 8 }, (_, i) => `<input aria-label="Code, digit ${i + 1}" name="otp${i}">`),
  },
  'one label': {
    size: 1,
    boxes: [...'12345678'].map((_, i) => (i ? '<input>' : '<label>One-time code</label><input>')),
  },
  'no name': { size: 1, boxes: Array(8).fill('<input maxlength="1">') },
  'sort code': { size: 2, boxes: Array(4).fill('<input name="sort-code">') },
  card: { size: 4, boxes: Array(5).fill('<input name="cardnumber" placeholder="0000">') },
  'card, one label': { size: 4, boxes: ['<label>Card number</label><input>', ...Array(4).fill('<input>')] },
} as const;
type BoxesName = keyof typeof BOXES;

/** Types into boxes, going back with Backspace in the empty box after a mistake, and then into an e-mail field. */
const boxPayload = async (
  name: BoxesName,
  { text, gaps, dwell, corrections }: Omit<Visit, 'field' | 'stayMs'>,
): Promise<{ frames: string[]; codes: number[] }> => {
  const { boxes, size } = BOXES[name];
  const page = await startSimulatedPage(`<form>${boxes.join('')}<input name="email"></form>`);
  const inputs = [...document.querySelectorAll('input')];
  const email = inputs.pop()!;
  // What is told of the device at the start is told.
  await page.advance(0);
  const from = page.world.time;
  let box = 0;
  const move = (to: number): void => {
    page.blur(inputs[box]!);
    box = to;
    page.focus(inputs[box]!);
  };
  const key = async (): Promise<void> => {
    page.fire(inputs[box]!, 'keydown', { repeat: false });
    page.fire(inputs[box]!, 'input', { inputType: 'insertText' });
    await page.advance(dwell);
    page.fire(inputs[box]!, 'keyup');
  };
  page.focus(inputs[0]!);
  for (const [i] of [...text].entries()) {
    if (i && i % size === 0) move(box + 1);
    if (i === size * 2 && corrections) {
      page.fire(inputs[box]!, 'keydown', { repeat: false });
      move(box - 1);
      page.fire(inputs[box]!, 'input', { inputType: 'deleteContentBackward' });
      await key();
      move(box + 1);
    }
    await key();
    await page.advance(gaps[i % gaps.length]!);
  }
  // Before it says that nobody did anything.
  await page.advance(from + 20_000 - page.world.time);
  page.blur(inputs[box]!);
  page.focus(email);
  await page.flush();
  const sent = { frames: page.frames(), codes: page.logs().map(({ code }) => code) };
  page.stop();
  return sent;
};

const boxNames = fc.constantFrom(...(Object.keys(BOXES) as BoxesName[]));

it(
  'L28 L30: sends the same bytes for a secret in 4, 6 or 8 boxes, and for four and for three and a half of a card number',
  async () => {
    await fc.assert(
      fc.asyncProperty(boxNames, rhythm, digits(20), digits(20), async (name, hand, one, other) => {
        // One gap for all, as above; a correction makes a gap of its own.
        const corrections = BOXES[name].size > 1 ? 0 : Math.min(1, hand.corrections);
        const visit = { ...hand, gaps: hand.gaps.slice(0, 1), corrections };
        // Of a bank account the evenness is told once seven keys were pressed.
        const lengths = { 1: [8, 6, 4], 2: [8, 7], 4: [16, 15, 19] }[BOXES[name].size];
        const sent = await boxPayload(name, { ...visit, text: one.slice(0, lengths[0]) });
        for (const length of lengths)
          expect(await boxPayload(name, { ...visit, text: other.slice(0, length) })).toEqual(sent);
        expect(sent.codes.filter((code) => code === 200 || code === 201)).toEqual([200, 201, 200]);
      }),
      { numRuns },
    );
  },
  timeout,
);

it(
  'L29: sends the same bytes whenever the keys in boxes of one digit were pressed',
  async () => {
    const names = fc.constantFrom<BoxesName>('named', 'one label', 'no name');
    await fc.assert(
      fc.asyncProperty(names, rhythm, rhythm, async (name, one, other) => {
        const visit = { text: '123456', corrections: 0 };
        expect(await boxPayload(name, { ...one, ...visit })).toEqual(
          await boxPayload(name, { ...other, ...visit }),
        );
      }),
      { numRuns },
    );
  },
  timeout,
);

it('would notice: a plain field does tell how many keys there were', async () => {
  const visit = { field: 'card', gaps: [100], dwell: 50, corrections: 0, stayMs: 20_000 } as const;
  FIELDS.card = 'name="coupon"';
  expect(await payload({ ...visit, text: '123' })).not.toEqual(await payload({ ...visit, text: '1234' }));
});

it('never reads what fields and events hold', async () => {
  const page = await startSimulatedPage(
    `<form>${Object.values(FIELDS)
      .map((attributes, i) => `<input id="f${i}" ${attributes}>`)
      .join('')}<textarea id="t"></textarea><select id="s"><option value="canary">x</option></select></form>`,
  );
  const reads: string[] = [];
  const trap = (prototype: object, name: string): (() => void) => {
    const before = Object.getOwnPropertyDescriptor(prototype, name);
    Object.defineProperty(prototype, name, {
      configurable: true,
      get: () => {
        reads.push(name);
        return '';
      },
      set: () => {},
    });
    return () =>
      before ? Object.defineProperty(prototype, name, before) : Reflect.deleteProperty(prototype, name);
  };
  const undo = [
    trap(HTMLInputElement.prototype, 'value'),
    trap(HTMLInputElement.prototype, 'valueAsNumber'),
    trap(HTMLInputElement.prototype, 'selectionStart'),
    trap(HTMLTextAreaElement.prototype, 'value'),
    trap(HTMLTextAreaElement.prototype, 'textLength'),
    trap(HTMLSelectElement.prototype, 'value'),
    trap(HTMLSelectElement.prototype, 'selectedIndex'),
    ...[
      'key',
      'code',
      'keyCode',
      'which',
      'charCode',
      'data',
      'clipboardData',
      'dataTransfer',
      'message',
    ].map((name) => trap(Event.prototype, name)),
  ];
  for (const element of document.querySelectorAll('input,textarea,select')) {
    page.focus(element);
    page.key(element);
    page.fire(element, 'paste');
    page.fire(element, 'copy');
    page.fire(element, 'drop');
    page.fire(element, 'input', { isTrusted: false });
    page.fire(element, 'change');
    page.fire(element, 'invalid');
    page.blur(element);
  }
  page.fire(page.query('form'), 'submit');
  await page.advance(3_000);
  for (const put of undo) put();
  page.stop();
  expect(page.logs().length).toBeGreaterThan(30);
  expect(reads).toEqual([]);
});
