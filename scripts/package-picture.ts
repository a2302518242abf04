import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const PACKAGES = ['log-codes', 'sdk', 'collector', 'console', 'demo-checkout', 'gander', 'e2e', 'deploy'];
const PAGES = ['README.md', 'docs/architecture.md'];

interface Cruise {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
}

/** The pages that show the picture of the packages: path from the root → content, drawn from the imports there are. */
export const drawPackages = (): ReadonlyMap<string, string> => {
  const picture = `\n\`\`\`mermaid\nflowchart LR\n${edges().join('\n')}\n\`\`\`\n`;
  return new Map(
    PAGES.map((path) => {
      const page = readFileSync(join(root, path), 'utf8');
      const [before, rest] = page.split('<!-- packages:begin -->');
      const after = rest?.split('<!-- packages:end -->')[1];
      if (after === undefined) throw new Error(`${path} has no packages:begin and packages:end marks`);
      return [path, `${before}<!-- packages:begin -->${picture}<!-- packages:end -->${after}`];
    }),
  );
};

const edges = (): string[] => {
  const folders = PACKAGES.map((name) => (name === 'e2e' ? 'e2e/tests' : `${name}/src`));
  const json = execFileSync(
    process.execPath,
    [join(root, 'scripts/checks/depcruise.mjs'), ...folders, '--output-type', 'json'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const found = new Set<string>();
  for (const module of (JSON.parse(json) as Cruise).modules) {
    if (module.source.includes('.test.')) continue;
    const from = module.source.split('/')[0]!;
    for (const { resolved } of module.dependencies) {
      const to = resolved.split('/')[0]!;
      if (from !== to && PACKAGES.includes(from) && PACKAGES.includes(to)) found.add(`  ${from} --> ${to}`);
    }
  }
  return [...found].sort();
};
