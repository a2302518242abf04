import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import terser from '@rollup/plugin-terser';
import { compile, nodeBuild, resolveSource } from '../scripts/build-parts.mjs';

const here = import.meta.dirname;

/** Writes the style sheet and index.html beside the scripts, all named after their content. */
const page = () => ({
  name: 'console-page',
  generateBundle(_options, bundle) {
    const css = [
      'src/style.css',
      'src/views/settings/settings.css',
      '../node_modules/uplot/dist/uPlot.min.css',
    ]
      .map((file) => readFileSync(join(here, file), 'utf8'))
      .join('\n');
    const sheet = this.emitFile({ type: 'asset', name: 'style.css', source: css });
    const entry = Object.values(bundle).find((chunk) => chunk.type === 'chunk' && chunk.isEntry);
    const html = readFileSync(join(here, 'src/index.html'), 'utf8')
      .replace('STYLE', this.getFileName(sheet))
      .replace('SCRIPT', entry.fileName);
    this.emitFile({ type: 'asset', fileName: 'index.html', source: html });
  },
});

export default () => [
  nodeBuild('console', { serve: 'src/serve.ts' }),
  {
    input: { main: join(here, 'src/main.tsx') },
    plugins: [
      resolveSource(),
      compile({ jsx: 'automatic', jsxImportSource: 'preact' }),
      terser({ module: true, ecma: 2020 }),
      page(),
    ],
    output: {
      dir: join(here, 'dist/assets'),
      format: 'es',
      sourcemap: true,
      entryFileNames: '[name]-[hash].js',
      chunkFileNames: '[name]-[hash].js',
      assetFileNames: '[name]-[hash][extname]',
    },
  },
];
