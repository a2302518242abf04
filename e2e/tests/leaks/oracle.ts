import { decodeFrame, fromBase64Url } from '@gander/log-codes/decode';
import { fourDigitsOf, needlesOf } from './canaries.ts';

/** Something the SDK let out, and where. */
export interface Outlet {
  /** For a failure's message, e.g. `POST /v1/logs body`. */
  readonly where: string;
  readonly text: string;
}

/** What a frame in base64url says, apart from its encoding: bytes, labels and every number. */
const decoded = (where: string, frame: string): Outlet[] => {
  const bytes = fromBase64Url(frame);
  const { labels, logs } = decodeFrame(bytes);
  return [
    { where: `${where} bytes`, text: Buffer.from(bytes).toString('latin1') },
    { where: `${where} labels`, text: labels.join('\n') },
    ...logs.map((log) => ({
      where: `${where} log ${log.code}`,
      text: JSON.stringify([log.attributes, log.unknownArgs]),
    })),
    // The small numbers one after the other: digits that were sent one by one.
    {
      where: `${where} numbers`,
      text: logs
        .flatMap((log) => Object.values(log.attributes))
        .filter((value) => typeof value === 'number' && value < 10)
        .join(''),
    },
  ];
};

/** The frame in a batch's body, in base64url; `undefined` when the body is no batch. */
export const frameOf = (body: string): string | undefined => /^G1\.[\w-]+\.([\w-]+)$/.exec(body)?.[1];

/** A request's body, and what it says. Throws for a frame that is none. */
export const outletsOfBody = (where: string, body: string): Outlet[] => {
  const frame = frameOf(body);
  return [{ where: `${where} body`, text: body }, ...(frame ? decoded(where, frame) : [])];
};

/** Texts that stood in storage; frames among them are decoded. */
export const outletsOfStorage = (texts: readonly string[]): Outlet[] =>
  texts.flatMap((text) =>
    /^[\w-]{24,}$/.test(text) && !/^(.{4})\1{9}/.test(text)
      ? [{ where: 'storage frame', text }, ...decoded('storage', text)]
      : [{ where: 'storage', text }],
  );

/** Numbers and times, in which seven given digits may stand by chance. */
const isNumeric = ({ where }: Outlet): boolean => /(log \d+|numbers|bytes)$/.test(where);
/** Places where no digits of ours stand: there four given digits are a leak. */
const isWordy = ({ where }: Outlet): boolean => /(labels|console|storage)$/.test(where);

/**
 * Searches everything that got out for every canary.
 * @returns one line a hit: which canary, as what, where
 */
export const leaksIn = (outlets: readonly Outlet[], canaries: readonly string[]): string[] => {
  const numeric = outlets.filter(isNumeric);
  const other = outlets.filter((outlet) => !isNumeric(outlet));
  const places = [
    { outlets: other, needles: (canary: string) => needlesOf(canary) },
    {
      outlets: numeric,
      needles: (canary: string) => [...needlesOf(canary)].filter((needle) => needle.length > 8),
    },
    { outlets: outlets.filter(isWordy), needles: fourDigitsOf },
  ].map((place) => ({ ...place, text: place.outlets.map(({ text }) => text).join('\0') }));
  const hits: string[] = [];
  for (const canary of canaries)
    for (const { outlets: those, needles, text } of places)
      for (const needle of needles(canary)) {
        if (!text.includes(needle)) continue;
        const { where } = those.find((outlet) => outlet.text.includes(needle))!;
        hits.push(`${canary} as ${JSON.stringify(needle)} in ${where}`);
      }
  return hits;
};
