import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compile, nodeBuild, resolveSource } from '../scripts/build-parts.mjs';

const here = import.meta.dirname;
const assets = join(here, 'dist', 'assets');

/** The shop's own files: styles and pictures. */
const copyPublic = () => ({
  name: 'copy-public',
  writeBundle() {
    mkdirSync(assets, { recursive: true });
    for (const name of readdirSync(join(here, 'public'))) {
      copyFileSync(join(here, 'public', name), join(assets, name));
    }
  },
});

const page = (name) => ({
  input: join(here, 'src', 'page', `${name}.ts`),
  plugins: [resolveSource(), compile({ minify: true })],
  output: { file: join(assets, `${name}.js`), format: 'es', sourcemap: false },
});

export default () => [
  {
    ...nodeBuild('demo-checkout', { index: 'src/index.ts' }),
    plugins: [resolveSource(), compile(), copyPublic()],
  },
  page('checkout'),
  page('npm'),
];
