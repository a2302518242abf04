import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGrantRecipes } from './grant-recipes.ts';
import { ensureProgram } from './setup/ensure-program.mjs';

interface Vector {
  readonly secretKey: string;
  readonly transaction: string;
  readonly type: number;
  readonly origin: string;
  readonly now: number;
  readonly nonce: string;
  readonly grant: string;
}

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../docs/grant-vectors.json'), 'utf8'),
) as Vector[];
const recipes = new Map(readGrantRecipes().map((r) => [r.block, r.code]));
const run = promisify(execFile);
const first = vectors[0]!;
/** Fields of a vector, six for each, for languages whose own JSON reader would be more code than the recipe. */
const ARGUMENTS = vectors.flatMap((v) => [
  v.secretKey,
  v.transaction,
  String(v.type),
  v.origin,
  String(v.now),
  v.nonce,
]);

/**
 * How a recipe is run, as it stands in docs/grants.md: prints the grant of each vector, one a line, and then one with a time and a
 * nonce of its own for the fields of the first.
 */
const LANGUAGES: readonly {
  readonly block: string;
  readonly program: readonly [name: string, aptPackage: string];
  run(dir: string, code: string): Promise<string>;
}[] = [
  {
    block: 'python',
    program: ['python3', 'python3'],
    run: async (dir, code) => {
      const file = join(dir, 'grant.py');
      writeFileSync(
        file,
        `${code}
import sys
a = sys.argv[1:]
for i in range(0, len(a), 6):
    print(create_grant(a[i], a[i + 1], int(a[i + 2]), a[i + 3], int(a[i + 4]), a[i + 5]))
print(create_grant(a[0], a[1], int(a[2]), a[3]))
`,
      );
      return (await run('python3', [file, ...ARGUMENTS])).stdout;
    },
  },
  {
    block: 'php',
    program: ['php', 'php-cli'],
    run: async (dir, code) => {
      const file = join(dir, 'grant.php');
      writeFileSync(
        file,
        `<?php
${code}
$a = array_slice($argv, 1);
for ($i = 0; $i < count($a); $i += 6)
    echo create_grant($a[$i], $a[$i + 1], (int) $a[$i + 2], $a[$i + 3], (int) $a[$i + 4], $a[$i + 5]), "\\n";
echo create_grant($a[0], $a[1], (int) $a[2], $a[3]), "\\n";
`,
      );
      return (await run('php', [file, ...ARGUMENTS])).stdout;
    },
  },
  {
    block: 'ruby',
    program: ['ruby', 'ruby'],
    run: async (dir, code) => {
      const file = join(dir, 'grant.rb');
      writeFileSync(
        file,
        `${code}
ARGV.each_slice(6) { |k, t, y, o, n, c| puts create_grant(k, t, y.to_i, o, now: n.to_i, nonce: c) }
k, t, y, o = ARGV
puts create_grant(k, t, y.to_i, o)
`,
      );
      return (await run('ruby', [file, ...ARGUMENTS])).stdout;
    },
  },
  {
    block: 'go',
    program: ['go', 'golang-go'],
    run: async (dir, code) => {
      mkdirSync(join(dir, 'gander'));
      writeFileSync(join(dir, 'go.mod'), 'module recipe\n\ngo 1.19\n');
      writeFileSync(join(dir, 'gander', 'gander.go'), `${code}\n`);
      writeFileSync(
        join(dir, 'main.go'),
        `package main

import (
	"fmt"
	"os"
	"recipe/gander"
	"strconv"
	"time"
)

func main() {
	a := os.Args[1:]
	for i := 0; i < len(a); i += 6 {
		kind, _ := strconv.Atoi(a[i+2])
		now, _ := strconv.ParseInt(a[i+4], 10, 64)
		fmt.Println(gander.CreateGrant(a[i], a[i+1], kind, a[i+3], now, a[i+5]))
	}
	kind, _ := strconv.Atoi(a[2])
	fmt.Println(gander.CreateGrant(a[0], a[1], kind, a[3], time.Now().Unix(), gander.NewNonce()))
}
`,
      );
      const env = {
        ...process.env,
        GOFLAGS: '-mod=mod',
        GOPROXY: 'off',
        GOTOOLCHAIN: 'local',
      };
      return (await run('go', ['run', '.', ...ARGUMENTS], { cwd: dir, env })).stdout;
    },
  },
  {
    block: 'java',
    program: ['javac', 'default-jdk-headless'],
    run: async (dir, code) => {
      writeFileSync(join(dir, 'Gander.java'), `${code}\n`);
      writeFileSync(
        join(dir, 'Main.java'),
        `public final class Main {
    public static void main(String[] a) throws Exception {
        for (int i = 0; i < a.length; i += 6)
            System.out.println(Gander.createGrant(a[i], a[i + 1], Integer.parseInt(a[i + 2]), a[i + 3],
                    Long.parseLong(a[i + 4]), a[i + 5]));
        System.out.println(Gander.createGrant(a[0], a[1], Integer.parseInt(a[2]), a[3],
                System.currentTimeMillis() / 1000, Gander.newNonce()));
    }
}
`,
      );
      await run('javac', ['Gander.java', 'Main.java'], { cwd: dir });
      return (await run('java', ['-cp', dir, 'Main', ...ARGUMENTS])).stdout;
    },
  },
];

/** Whether a grant is one for the first vector's fields, made now, with a nonce of its own: message and signature by the document's words. */
const expectFresh = (grant: string): void => {
  const [version, message = '', signature] = grant.split('.');
  const text = Buffer.from(message, 'base64url').toString('utf8');
  const lines = text.split('\n');
  const [, keyId, merchant] = first.secretKey.split('_');
  expect(version).toBe('gr1');
  expect(lines.slice(0, 6)).toEqual([
    'gander-grant-1',
    keyId,
    merchant,
    first.transaction,
    String(first.type),
    first.origin,
  ]);
  expect(Math.abs(Number(lines[6]) - Date.now() / 1_000)).toBeLessThan(3_600);
  expect(lines[7]).toMatch(/^[0-9a-f]{32}$/);
  expect(lines).toHaveLength(8);
  expect(signature).toBe(createHmac('sha256', first.secretKey).update(text).digest('base64url'));
};

test('every recipe of docs/grants.md but Node’s is run here', () => {
  expect([...recipes.keys()].filter((block) => block !== 'ts')).toEqual(LANGUAGES.map((l) => l.block));
});

describe.each(LANGUAGES)('the grant recipe in $block', ({ block, program, run: runRecipe }) => {
  let dir: string;
  let missing: string | undefined;
  beforeAll(async () => {
    missing = await ensureProgram(...program);
    dir = mkdtempSync(join(tmpdir(), `gander-grant-${block}-`));
  }, 600_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test('makes the grants of the test vectors, and fresh ones', async (context) => {
    if (missing) context.skip(missing);
    const grants = (await runRecipe(dir, recipes.get(block)!)).trim().split('\n');
    expect(grants.slice(0, -1)).toEqual(vectors.map((v) => v.grant));
    expectFresh(grants.at(-1)!);
  }, 180_000);
});
