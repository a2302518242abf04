import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What the test types; none of it may be found anywhere outside of the page and the shop. */
export const CANARIES = {
  card: '4242 4242 4242 4242',
  expiry: '11 / 38',
  cvc: '739',
  cardName: 'QUILLIAM BRAXTHORPE',
  givenName: 'Quilliam',
  familyName: 'Braxthorpe',
  email: 'quilliam.braxthorpe@zephyrmail.example',
  phone: '+353 87 555 0199',
  street: 'Wrenfordshire Lane 88',
  city: 'Ballyknocken',
  postalCode: 'QX7 9ZB',
  password: 'vexing-Marmot-4471',
  code: '806235',
  message: 'leave it with the beekeeper',
} as const;

/** Short ones would be found by chance in numbers and hashes: they count only as they are, alone between other characters. */
const SHORTEST = 7;

/** Needles of a canary: as it is, without spaces, reversed, in the usual encodings and hashes. */
const needlesOf = (text: string): ReadonlySet<string> => {
  const variants = new Set([text, text.toLowerCase(), text.toUpperCase(), text.replace(/[^A-Za-z0-9]/g, '')]);
  const needles = new Set<string>();
  for (const variant of variants) {
    // `1138` for an expiry would be found in any number.
    if (variant.length < SHORTEST) continue;
    const bytes = Buffer.from(variant);
    needles.add(variant).add(variant.split('').reverse().join('')).add(encodeURIComponent(variant));
    needles.add(bytes.toString('hex'));
    for (const hash of ['md5', 'sha1', 'sha256']) {
      const digest = createHash(hash).update(variant).digest();
      needles
        .add(digest.toString('hex'))
        .add(digest.toString('base64').slice(0, 20))
        .add(digest.toString('base64url').slice(0, 20));
    }
    for (const inner of base64Of(bytes))
      needles.add(inner).add(inner.replaceAll('-', '+').replaceAll('_', '/'));
  }
  return needles;
};

/** What base64 makes of bytes that stand at any offset in others, without the characters that depend on the neighbours. */
const base64Of = (bytes: Buffer): string[] =>
  [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64url');
    const last = (offset + bytes.length) % 3 === 0 ? undefined : -1;
    return text.slice([0, 2, 3][offset], last);
  });

const SEARCHES = Object.entries(CANARIES).map(([name, text]) => {
  const needles = needlesOf(text);
  const isIn =
    text.length < SHORTEST
      ? (haystack: string) => new RegExp(`(?<![0-9A-Za-z])${text}(?![0-9A-Za-z])`).test(haystack)
      : (haystack: string) => [...needles].some((needle) => haystack.includes(needle));
  return { name, isIn };
});

/** Names of the canaries found in some bytes; the CVC's three digits are no evidence and are left to the decoded logs. */
export const canariesIn = (bytes: Buffer | string): string[] => {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1');
  return SEARCHES.filter(({ name, isIn }) => name !== 'cvc' && isIn(text)).map(({ name }) => name);
};

/** Every file under a folder with a canary in it: `path: names`. Compressed files are unpacked. */
export const canariesUnder = (folder: string): string[] => {
  const found: string[] = [];
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, path);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    const bytes = readFileSync(file);
    const names = canariesIn(file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
    if (names.length > 0) found.push(`${path}: ${names.join(', ')}`);
  }
  return found;
};
