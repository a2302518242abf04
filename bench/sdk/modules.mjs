// Which module of the script tag takes how many bytes: what brotli saves when the module's own text is left out.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { eachMapping, TraceMap } from '@jridgewell/trace-mapping';
import { rollup } from 'rollup';
import { compile } from '../../scripts/build-parts.mjs';
import { figure, printReport } from './table.mjs';

const ROOT = join(import.meta.dirname, '../..');
const SCRIPT = 'gander.min.js';

const brotli = (text) =>
  brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text),
    },
  }).length;

/** Builds the script tag as the package does, with a source map. */
const buildWithMap = async () => {
  process.chdir(ROOT);
  const builds = (await import(pathToFileURL(join(ROOT, 'sdk/build.config.mjs')).href)).default();
  const build = builds.find(({ output }) => output.file?.endsWith(SCRIPT));
  const plugins = build.plugins.map((plugin) =>
    plugin.name === 'esbuild' ? compile({ target: 'es2022', sourceMap: true }) : plugin,
  );
  const bundle = await rollup({ ...build, plugins, onwarn() {} });
  const { output } = await bundle.generate({ ...build.output, sourcemap: true });
  return output[0];
};

/** The module that each character comes from, by the source map. */
const ownersOf = (code, map) => {
  const lines = code.split('\n');
  const starts = lines.map((_, i) => lines.slice(0, i).reduce((sum, line) => sum + line.length + 1, 0));
  const marks = [];
  eachMapping(new TraceMap(map), ({ generatedLine, generatedColumn, source }) => {
    marks.push([starts[generatedLine - 1] + generatedColumn, source]);
  });
  const owners = Array(code.length).fill(null);
  marks.forEach(([from, source], i) => {
    owners.fill(source, from, marks[i + 1]?.[0] ?? code.length);
  });
  return owners;
};

/** Prints the table. @param {{ command: string }} options */
export const modules = async ({ command }) => {
  const { code, map } = await buildWithMap();
  const owners = ownersOf(code, map);
  const total = brotli(code);
  const rows = [...new Set(owners)]
    .filter(Boolean)
    .map((source) => {
      const rest = [...code].filter((_, i) => owners[i] !== source).join('');
      return {
        name: source.replace(/^\.\.\/src/, 'sdk/src').replace(/^(\.\.\/)+(node_modules\/)?/, ''),
        saved: total - brotli(rest),
        raw: code.length - rest.length,
      };
    })
    .sort((a, b) => b.saved - a.saved);
  const sum = rows.reduce((all, { saved }) => all + saved, 0);
  printReport({
    name: 'modules',
    command,
    head: ['module', 'brotli saved without it, B', 'raw, B'],
    rows: rows.map(({ name, saved, raw }) => [name, figure(saved), figure(raw)]),
    notes: [
      `${figure(total)} B in all; ${figure(sum)} B by the modules one at a time, the rest is what they share`,
    ],
    data: rows,
  });
};
