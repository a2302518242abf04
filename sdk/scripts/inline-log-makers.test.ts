import { LOG_CODES } from '@gander/log-codes';
import * as makers from '@gander/log-codes/encode';
import { parseAst } from 'rollup/parseAst';
import { expect, it } from 'vitest';
import { inlineLogMakers } from './inline-log-makers.mjs';

/** Runs a module of one default export with the vocabulary as its imports, after the replacement. */
const run = (code: string): unknown => {
  const replaced = inlineLogMakers(code, parseAst)?.toString() ?? code;
  const body = replaced
    .replace(/import \* as (\w+) from '.*';/g, 'const $1 = makers;')
    .replace(
      /import \{(.*?)\} from '.*';/g,
      (_, names: string) => `const {${names.replaceAll(' as ', ': ')}} = makers;`,
    )
    .replace('export default', 'return');
  // Helpers are imported at the end; a module's imports count from its start.
  const lines = body.trim().split('\n');
  const ordered = [
    ...lines.filter((l) => l.startsWith('const {')),
    ...lines.filter((l) => !l.startsWith('const {')),
  ];
  return (Reflect.construct(Function, ['makers', ordered.join('\n')]) as (m: object) => unknown)(makers);
};
const FROM = "from '@gander/log-codes/encode';";

it.each(LOG_CODES.map((row) => [row.name, row] as const))('%s becomes what its maker makes', (name, row) => {
  const maker = name.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());
  const all: Record<string, number> = Object.fromEntries(row.attributes.map((a, i) => [a, i - 3]));
  const some = Object.fromEntries(Object.entries(all).filter(([, value]) => value < 0));
  const known = new Map(Object.entries(makers)).get(maker) as (a: object) => readonly number[];
  const source = `import { ${maker} as m } ${FROM}\nexport default m(${JSON.stringify(all).replaceAll('"', '')});`;
  expect(inlineLogMakers(source, parseAst)?.toString()).not.toContain(' m(');
  expect(run(source)).toEqual(known(all));
  const partly = `import * as logs ${FROM}\nexport default logs.${maker}(${JSON.stringify(some).replaceAll('"', '')});`;
  expect((run(partly) as number[]).map((v) => v ?? 0)).toEqual(known(some).map((v) => v ?? 0));
});

it('leaves calls alone whose attributes are not written out, and other modules', () => {
  for (const call of ['paste(given)', 'paste({ ...given })', 'paste({ [name]: 1 })', 'paste(a, b)']) {
    expect(inlineLogMakers(`import { paste } ${FROM}\n${call};`, parseAst)).toBeUndefined();
  }
  expect(
    inlineLogMakers("import { paste } from './mine.js';\npaste({ field: 1 });", parseAst),
  ).toBeUndefined();
});
