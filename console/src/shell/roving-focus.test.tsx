// @vitest-environment happy-dom
import { type JSX, render } from 'preact';
import { beforeEach, describe, expect, it } from 'vitest';
import { useRovingFocus } from './roving-focus.ts';

let box: HTMLElement;
beforeEach(() => {
  document.body.innerHTML = '<div id="box"></div>';
  box = document.getElementById('box')!;
});

const stops = (): (string | null)[] =>
  [...box.querySelectorAll<HTMLElement>('button')].filter((b) => b.tabIndex === 0).map((b) => b.textContent);
const press = (key: string, ctrlKey = false): string | null => {
  const event = new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true });
  document.activeElement!.dispatchEvent(event);
  return document.activeElement!.textContent;
};

/** Rows of marks, each a name and where it stands. */
const Chart = ({ rows }: { rows: readonly (readonly [string, number])[][] }): JSX.Element => (
  <div ref={useRovingFocus<HTMLDivElement>('button')}>
    {rows.map((marks, i) => (
      <div class="row" key={i}>
        {marks.map(([name, x]) => (
          <button type="button" key={name} data-x={x}>
            {name}
          </button>
        ))}
      </div>
    ))}
  </div>
);

describe('a chart of rows', () => {
  const rows: (readonly [string, number])[][] = [
    [['a', 5]],
    [],
    [
      ['d', 90],
      ['b', 10],
      ['c', 40],
    ],
    [['e', 80]],
  ];

  it('is one stop for Tab, in which arrows move between marks', () => {
    render(<Chart rows={rows} />, box);
    expect(stops()).toEqual(['a']);
    box.querySelector('button')!.focus();
    const keys = [
      'ArrowDown',
      'ArrowRight',
      'ArrowRight',
      'ArrowRight',
      'ArrowDown',
      'ArrowUp',
      'Home',
      'ArrowLeft',
    ];
    expect(keys.map((key) => press(key))).toEqual(['b', 'c', 'd', 'd', 'e', 'd', 'b', 'b']);
    expect(stops()).toEqual(['b']);
    expect([press('End'), press('Home', true), press('End', true), press('x')]).toEqual(['d', 'a', 'e', 'e']);
  });

  it('keeps its stop while marks come, and has one again when it goes', () => {
    render(<Chart rows={rows} />, box);
    (box.querySelectorAll('button')[2] as HTMLElement).focus();
    render(<Chart rows={[[['new', 1], ...rows[0]!], ...rows.slice(1)]} />, box);
    expect(stops()).toEqual(['b']);
    render(<Chart rows={[[['new', 1]]]} />, box);
    expect(stops()).toEqual(['new']);
  });
});

it('a table of links moves by its cells', () => {
  const Table = (): JSX.Element => (
    <table ref={useRovingFocus<HTMLTableElement>('button')}>
      <tbody>
        {['1', '2'].map((row) => (
          <tr key={row}>
            {['a', 'b', 'c'].map((column) => (
              <td key={column}>{row + column !== '2b' && <button type="button">{row + column}</button>}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
  render(<Table />, box);
  box.querySelector('button')!.focus();
  expect(['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp'].map((key) => press(key))).toEqual([
    '1b',
    '1c',
    '2c',
    '2a',
    '1a',
  ]);
  expect(stops()).toEqual(['1a']);
});
