// A build step: `paste({ field: a, field_no: b })` becomes `[220, a, b, 0, 0]`. The makers of logs take attributes by name, so that no
// order is written by hand; the minifier alone would build each object, only to take it apart again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { walk } from 'estree-walker';
import MagicString from 'magic-string';

const MODULE = '@gander/log-codes/encode';
const HELPERS = ['optional', 'optionalAbove', 'optionalElapsed', 'optionalSigned', 'zigzag'];

/** Elements of an array as text; a helper's second argument stays with it. */
const splitElements = (text) => text.split(/, (?!a\.\w+\))/);

/** What each maker makes, read from the generated module: name → the array's elements, attributes being `a.<name>`. */
const readMakers = () => {
  const text = readFileSync(join(import.meta.dirname, '../../log-codes/src/generated/logs.ts'), 'utf8');
  const makers = /^export const (\w+) = \(.*\): Log => \[(.*)\];$/gm;
  return new Map([...text.matchAll(makers)].map(([, name, elements]) => [name, splitElements(elements)]));
};

/**
 * Replaces the calls of makers in one module's JavaScript. A call whose argument is not written out as an object stays as it is.
 * @param {string} code
 * @param {(code: string) => import('estree').Program} parse
 * @returns {MagicString | undefined} undefined when there is nothing to replace
 */
export const inlineLogMakers = (code, parse, makers = readMakers()) => {
  if (!code.includes(MODULE)) return;
  const program = parse(code);
  const { named, namespaces } = importsOf(program);
  const makerOf = (callee) => {
    if (callee.type === 'Identifier') return makers.get(named.get(callee.name));
    if (callee.type !== 'MemberExpression' || callee.computed || !namespaces.has(callee.object.name)) return;
    return makers.get(callee.property.name);
  };

  const out = new MagicString(code);
  const used = new Set();
  walk(program, {
    leave(node) {
      const elements = node.type === 'CallExpression' ? makerOf(node.callee) : undefined;
      const values = elements && attributesOf(node.arguments, out);
      if (!values) return;
      const made = elements.map((element) =>
        element.replace(/^(?:(\w+)\()?a\.(\w+)(?:, a\.(\w+))?\)?$/, (_, helper, name, second) => {
          if (!values.has(name)) return '0';
          if (!helper) return values.get(name);
          used.add(helper);
          const rest = second ? `, ${values.get(second) ?? 'undefined'}` : '';
          return `${helper}$(${values.get(name)}${rest})`;
        }),
      );
      out.overwrite(node.start, node.end, `[${made.join(', ')}]`);
    },
  });
  const helpers = HELPERS.filter((name) => used.has(name)).map((name) => `${name} as ${name}$`);
  if (helpers.length > 0) out.append(`\nimport { ${helpers.join(', ')} } from '${MODULE}';\n`);
  return out.hasChanged() ? out : undefined;
};

/** What the module calls the vocabulary's exports. */
const importsOf = (program) => {
  const named = new Map();
  const namespaces = new Set();
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration' || node.source.value !== MODULE) continue;
    for (const specifier of node.specifiers) {
      if (specifier.type === 'ImportNamespaceSpecifier') namespaces.add(specifier.local.name);
      else if (specifier.type === 'ImportSpecifier') named.set(specifier.local.name, specifier.imported.name);
    }
  }
  return { named, namespaces };
};

/** The attributes a call gives, as text; undefined when they are not written out. */
const attributesOf = (args, out) => {
  const [object] = args;
  if (!object) return new Map();
  if (args.length > 1 || object.type !== 'ObjectExpression') return;
  const values = new Map();
  for (const property of object.properties) {
    if (property.type !== 'Property' || property.computed || property.key.type !== 'Identifier') return;
    values.set(property.key.name, out.slice(property.value.start, property.value.end));
  }
  return values;
};

/** The same as a rollup plugin; stands after the one that compiles TypeScript. */
export const inlineLogMakersPlugin = () => ({
  name: 'inline-log-makers',
  transform(code, id) {
    if (!id.includes('/sdk/src/')) return;
    const out = inlineLogMakers(code, (text) => this.parse(text));
    return out && { code: out.toString(), map: out.generateMap({ hires: true }) };
  },
});
