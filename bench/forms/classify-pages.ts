import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { FIELD_CLASSES, type FieldClassName, type Tier } from '@gander/log-codes';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

/** One labelled control of a page and what the SDK's classifier made of it. */
export interface Classified {
  readonly page: string;
  readonly label: string;
  readonly fieldClass: FieldClassName;
  readonly tier: Tier;
  readonly words: string;
  /** The control's own tag without its children, to find it again. */
  readonly tag: string;
}

interface Classifier {
  inspect(element: Element): { fieldClass: number; tier: Tier; words: string };
}

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--host-resolver-rules=MAP * ~NOTFOUND'];

/** The classifier alone, as a script that defines `createFieldClassifier`. */
const classifierScript = async (minify = false): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../../sdk/src/mask/create-field-classifier.ts')],
    bundle: true,
    minify,
    charset: 'utf8',
    format: 'iife',
    globalName: '__mask',
    conditions: ['@gander/source'],
    write: false,
  });
  return `${outputFiles[0]!.text};globalThis.__mask = __mask`;
};

/** Bytes of the classifier alone, minified and compressed by brotli at level 11; inside the SDK it shares some with the rest. */
export const classifierBytes = async (): Promise<number> =>
  brotliCompressSync(await classifierScript(true), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
    .length;

/**
 * Loads every `*.html` of a folder in Chromium, takes the labels away, and classifies each control that had one.
 * @param folder pages whose controls carry `data-manual-scoring`
 */
export const classifyPages = async (folder: string): Promise<readonly Classified[]> => {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
  });
  try {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const page = await context.newPage();
    const script = await classifierScript();
    const results: Classified[] = [];
    for (const name of readdirSync(folder)
      .filter((f) => f.endsWith('.html'))
      .sort()) {
      await page.setContent(readFileSync(join(folder, name), 'utf8'), { waitUntil: 'domcontentloaded' });
      await page.evaluate(script);
      const found = await page.evaluate(() => {
        const ATTRIBUTE = 'data-manual-scoring';
        const labelled = [...document.querySelectorAll(`[${ATTRIBUTE}]`)].map((element) => {
          const label = element.getAttribute(ATTRIBUTE) ?? '';
          element.removeAttribute(ATTRIBUTE);
          return { element, label };
        });
        const classifier = (
          globalThis as unknown as { __mask: { createFieldClassifier(o: object): Classifier } }
        ).__mask.createFieldClassifier({});
        return labelled.map(({ element, label }) => ({
          label,
          ...classifier.inspect(element),
          tag: (element.cloneNode(false) as Element).outerHTML.slice(0, 400),
        }));
      });
      for (const f of found)
        results.push({ ...f, page: name, fieldClass: FIELD_CLASSES[f.fieldClass]!.name });
    }
    return results;
  } finally {
    await browser.close();
  }
};
