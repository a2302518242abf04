import { createHash } from 'node:crypto';

/** Numbers that look random and are the same on every run (mulberry32). */
export const createRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

/** First digits and lengths of twelve brands of cards, 14 to 19 digits. */
const BRANDS: readonly (readonly [prefix: string, length: number])[] = [
  ['4', 16],
  ['4', 19],
  ['51', 16],
  ['2223', 16],
  ['34', 15],
  ['37', 15],
  ['6011', 16],
  ['36', 14],
  ['3528', 16],
  ['62', 19],
  ['5018', 19],
  ['2200', 16],
];

const luhnDigit = (digits: string): string => {
  let sum = 0;
  for (let i = digits.length - 1, n = 0; i >= 0; i--, n++) {
    const d = Number(digits[i]);
    sum += n % 2 ? d : d > 4 ? d * 2 - 9 : d * 2;
  }
  return String((10 - (sum % 10)) % 10);
};

/** Kinds of secrets a person enters. */
export const KINDS = [
  'pan',
  'csc',
  'expiry',
  'password',
  'otp',
  'iban',
  'national',
  'name',
  'email',
  'phone',
  'street',
  'word',
] as const;
export type Kind = (typeof KINDS)[number];

/** Makes canaries: no two are the same, and none is found by chance in what is no canary. */
export const createCanaries = (seed: number) => {
  const random = createRandom(seed);
  let brand = 0;
  const pick = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
  const digits = (length: number): string => pick('0123456789', length);
  // Letters that no label, attribute or header of ours has in such a row.
  const word = (length: number): string => pick('QXZVKJWYqxzvkjwy', length);
  const pan = (): string => {
    const [prefix, length] = BRANDS[brand++ % BRANDS.length]!;
    const body = prefix + digits(length - prefix.length - 1);
    return body + luhnDigit(body);
  };
  const make: Record<Kind, () => string> = {
    pan,
    csc: () => digits(random() < 0.5 ? 3 : 4),
    expiry: () => `${digits(1)}${digits(1)}/${digits(2)}`,
    password: () => `${word(6)}!${digits(6)}`,
    otp: () => digits(8),
    iban: () => `DE${digits(20)}`,
    national: () => digits(11),
    name: () => `${word(7)} ${word(8)}`,
    email: () => `${word(8)}@${word(7)}.example`,
    phone: () => `+${digits(12)}`,
    street: () => `${word(9)} ${digits(5)}`,
    word: () => word(12),
  };
  return { next: (kind: Kind): string => make[kind](), pan };
};

/** The ways the digits of a card number are written that no digit filter sees (L17). */
export const disguises = (pan: string): string[] => {
  const groups = pan.match(/.{1,4}/g)!;
  return [
    pan.replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d))),
    pan.replace(/\d/g, (d) => String.fromCharCode(0x0660 + Number(d))),
    groups.join('\u00a0'),
    groups.join('.'),
    groups.join('-'),
    groups.join(' '),
  ];
};

/** Digits of any script as ASCII, everything else as it is. */
const foldDigits = (text: string): string =>
  text.normalize('NFKC').replace(/\p{Nd}/gu, (d) => {
    let zero = d.codePointAt(0)!;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && d.codePointAt(0)! - zero < 9) zero--;
    return String(d.codePointAt(0)! - zero);
  });

/** What base64 makes of bytes at any of the three offsets, without the characters that depend on the neighbours. */
const base64Of = (bytes: Buffer): string[] =>
  [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const inner = text
      .replace(/=+$/, '')
      .slice([0, 2, 3][offset], (offset + bytes.length) % 3 === 0 ? undefined : -1);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });

/** Shorter needles would be found by chance in ports, times and encodings. */
const SHORTEST = 7;

/** Everything that would give a canary away: as it is, folded, reversed, split, encoded, hashed. */
export const needlesOf = (canary: string): ReadonlySet<string> => {
  const needles = new Set<string>();
  const folded = foldDigits(canary);
  const bare = folded.replace(/[^\p{L}\p{N}]/gu, '');
  for (const text of [canary, folded, bare]) {
    for (const variant of [text, text.toLowerCase(), text.toUpperCase(), [...text].reverse().join('')]) {
      needles.add(variant).add(encodeURIComponent(variant)).add(JSON.stringify(variant).slice(1, -1));
      for (const bytes of [Buffer.from(variant), Buffer.from(variant, 'utf16le')]) {
        needles.add(bytes.toString('hex')).add(bytes.toString('hex').toUpperCase());
        needles.add(bytes.toString('latin1'));
        for (const part of base64Of(bytes)) needles.add(part);
      }
      for (const hash of ['md5', 'sha1', 'sha256']) {
        const digest = createHash(hash).update(variant).digest();
        needles.add(digest.toString('hex').slice(0, 12)).add(digest.toString('latin1').slice(0, 8));
        for (const part of base64Of(digest)) needles.add(part.slice(0, 10));
      }
    }
  }
  // Split by separators, as a value in an array or a log would be.
  for (const separator of [' ', ',', '.', '-', '_', '/', ':', '","'])
    if (bare.length >= SHORTEST)
      needles.add([...bare].join(separator)).add(bare.match(/.{1,4}/g)!.join(separator));
  // Any part of it.
  for (let i = 0; i + SHORTEST <= bare.length; i++) needles.add(bare.slice(i, i + SHORTEST));
  for (const needle of needles) if (needle.length < SHORTEST) needles.delete(needle);
  return needles;
};

/** Any four digits in a row of a canary: for places where nothing else has digits. */
export const fourDigitsOf = (canary: string): string[] => {
  const digits = foldDigits(canary).replace(/\D/g, '');
  return Array.from({ length: Math.max(0, digits.length - 3) }, (_, i) => digits.slice(i, i + 4));
};
