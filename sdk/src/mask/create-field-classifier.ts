import type { FieldClassId, Tier } from '@gander/log-codes/encode';
import { fold } from './fold.ts';
import { isFilled } from './is-filled.ts';
import { namesOf } from './names-of.ts';
import * as C from './words.ts';

/** What may be known about a field: its class, its tier, and its number in order of first sight on this page, from 1. */
export interface FieldInfo {
  readonly element: Element;
  readonly fieldClass: FieldClassId;
  readonly tier: Tier;
  readonly fieldNo: number;
}

/** Why a field has its class, for `gander.inspect`. Holds what the field is called, never what is in it. */
export interface FieldEvidence {
  readonly fieldClass: FieldClassId;
  readonly tier: Tier;
  /** What decided: the kind of element, `data-gander`, `autocomplete`, `type`, its words, or that an earlier look was worse. */
  readonly by: 'kind' | 'declared' | 'autocomplete' | 'type' | 'words' | 'nothing' | 'sticky';
  /** The folded texts that were looked at, joined by `;`. */
  readonly words: string;
}

export interface FieldClassifier {
  /** The field's class: cheap enough for every event. Worse evidence found later makes it worse; nothing makes it better. */
  of(element: Element): FieldInfo;
  /** As {@link of}, but looks at labels and ancestors again: for focus and blur. */
  look(element: Element): FieldInfo;
  inspect(element: Element): FieldEvidence;
  isFilled(element: Element): boolean | undefined;
}

export interface FieldClassifierOptions {
  /** CSS selector list: fields it matches are `plain` when they would be `unknown`. Lowers no other class. */
  readonly allow?: string | undefined;
}

interface Finding {
  readonly id: number;
  readonly by: FieldEvidence['by'];
  readonly words: string;
}

const TIER_NAMES = ['S0', 'S1', 'S2'] as const;

/** Tokens of `autocomplete` (https://html.spec.whatwg.org/#autofill) by their folded form. */
// biome-ignore format: one row is one class
const TOKENS: readonly (readonly [RegExp, number])[] = [
  [/\bcc number/, C.CARD_NUMBER],
  [/\bcc csc/, C.CARD_CSC],
  [/\bcc exp/, C.CARD_EXPIRY],
  [/\b(new|current) password/, C.PASSWORD],
  [/one time code/, C.OTP],
  [/\bcc .*name/, C.CARD_NAME],
  [/\bemail\b/, C.EMAIL],
  [/\btel\b/, C.PHONE],
  [/\bbday/, C.BIRTHDAY],
  [/postal code/, C.POSTAL_CODE],
  [/(given|additional) name/, C.GIVEN_NAME],
  [/family name/, C.FAMILY_NAME],
  [/username/, C.USERNAME],
  [/country/, C.COUNTRY],
  [/address level1/, C.REGION],
  [/address level\d/, C.CITY],
  [/address( line)?/, C.STREET],
  [/organization\b/, C.ORGANISATION],
  [/transaction amount/, C.AMOUNT],
  [/^name\b/, C.FULL_NAME],
];

const first = (rows: readonly (readonly [RegExp, number])[], text: string): number => {
  for (const [pattern, id] of rows) if (pattern.test(text)) return id;
  return C.UNKNOWN;
};

/** How bad a class is: plain, personal, secret with a 9-bit summary, secret with time and method alone. */
const rank = (id: number): number => {
  if (C.TIERS[id] !== '0') return 2 - +C.TIERS[id]!;
  return id === C.CARD_NUMBER || id === C.CARD_EXPIRY || id === C.BANK_ACCOUNT ? 2 : 3;
};

/** The element itself, or one above it, also through open shadow roots, that matches. */
const isUnder = (element: Element, selector: string): boolean => {
  for (let at: Element | undefined = element; at; at = (at.getRootNode() as ShadowRoot).host)
    if (at.closest(selector)) return true;
  return false;
};

const find = (element: Element, allow: string | undefined): Finding => {
  const kind = element.localName;
  const { type, isContentEditable } = element as HTMLInputElement;
  const is = (id: number, by: Finding['by'], words = ''): Finding => ({ id, by, words });

  if (kind === 'iframe') return is(C.FRAME, 'kind');
  if (isUnder(element, '[data-gander=secret]')) return is(C.SECRET, 'declared');
  if (isContentEditable || !/^(input|select|textarea|button)$/.test(kind) || /^(hidden|file)$/.test(type))
    return is(C.SECRET, 'kind');
  if (/^(checkbox|radio|range|color|button|submit|reset|image)$/.test(type)) return is(C.CHOICE, 'kind');

  const words = namesOf(element).map(fold).join(';');
  const byWords = first(C.WORDS, words);
  const byToken = first(TOKENS, fold(element.getAttribute('autocomplete') ?? ''));
  if (type === 'password')
    return is(C.TIERS[byWords] === '0' && byWords ? byWords : C.PASSWORD, 'type', words);
  if (byToken && (!byWords || rank(byToken) >= rank(byWords))) return is(byToken, 'autocomplete', words);
  if (byWords) return is(byWords, 'words', words);
  if (type === 'email') return is(C.EMAIL, 'type', words);
  if (type === 'search') return is(C.SEARCH, 'type', words);
  if (kind === 'select') return is(C.CHOICE, 'kind', words);
  if (isUnder(element, '[data-gander=plain]') || (allow && element.matches(allow)))
    return is(C.PLAIN, 'declared', words);
  return is(C.UNKNOWN, 'nothing', words);
};

/** What a script may change of a field under our eyes, cheap to read. */
const signatureOf = (element: Element): string => {
  const { type, name, id } = element as HTMLInputElement;
  return `${type};${name};${id};${element.getAttribute('autocomplete')}`;
};

/**
 * Tells what each field asks for, from what it is called and never from what is in it. Nothing is scanned: a field is looked at
 * when `of` first meets it. The worst class that was ever found for a field stays (a WeakMap remembers): a password shown as text is
 * still a password. What cannot be looked at is secret.
 * @example createFieldClassifier({}).of(input).tier // 'S0'
 */
export const createFieldClassifier = (options: FieldClassifierOptions): FieldClassifier => {
  const seen = new WeakMap<Element, { info: FieldInfo; signature: string }>();
  let fields = 0;

  const safeFind = (element: Element): Finding => {
    try {
      return find(element, options.allow);
    } catch {
      return { id: C.SECRET, by: 'nothing', words: '' };
    }
  };

  const look = (element: Element): FieldInfo => {
    const before = seen.get(element)?.info;
    if (before?.tier === 'S0' && rank(before.fieldClass) > 2) return before;
    const { id } = safeFind(element);
    const info =
      before && rank(id) <= rank(before.fieldClass)
        ? before
        : {
            element,
            fieldClass: id as FieldClassId,
            tier: TIER_NAMES[+C.TIERS[id]!]!,
            fieldNo: before?.fieldNo ?? ++fields,
          };
    seen.set(element, { info, signature: signatureOf(element) });
    return info;
  };

  return {
    of(element) {
      const known = seen.get(element);
      return known && (known.info.tier === 'S0' || known.signature === signatureOf(element))
        ? known.info
        : look(element);
    },
    look,
    inspect(element) {
      const found = safeFind(element);
      const { fieldClass, tier } = look(element);
      return { fieldClass, tier, by: found.id === fieldClass ? found.by : 'sticky', words: found.words };
    },
    isFilled,
  };
};
