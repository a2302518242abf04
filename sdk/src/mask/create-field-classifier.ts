import type { FieldClassId, Tier } from '@gander/log-codes/encode';
import { fold } from './fold.ts';
import { isFilled } from './is-filled.ts';
import { isSameSecret } from './is-same-secret.ts';
import { isUnder, SECRET_MARK } from './is-under.ts';
import { CONTROLS, namesOf } from './names-of.ts';
import * as C from './words.ts';

/** What may be known about a field: its class and its number in order of first sight on this page, from 1, as attributes of logs. */
export interface FieldInfo {
  readonly element: Element;
  readonly field: FieldClassId;
  readonly field_no: number;
  /** How secret it is, as in `RANKS`: 0 plain (S2), 1 personal (S1), 2 and 3 secret (S0), 2 with a summary of 9 bits. */
  readonly rank: number;
}

/** What a field is taken for and why, for `gander.inspect`. Holds what the field is called, never what is in it. */
export interface FieldEvidence {
  readonly element: Element;
  readonly fieldClass: FieldClassId;
  readonly tier: Tier;
  readonly fieldNo: number;
  /** The class that this look alone would give; another one than `fieldClass` when an earlier look was worse. */
  readonly found: FieldClassId;
  /** The folded texts that were looked at, each between semicolons. */
  readonly words: string;
}

export interface FieldClassifier {
  /** The field's class, as last looked at: cheap enough for every event. */
  of(element: Element): FieldInfo;
  /**
   * As `of`, but looks again: for focus and blur. Worse evidence makes the class worse; nothing makes it better.
   * @param first where the person was before: a further box of that secret has its number, or the numbers would tell how many there were
   */
  look(element: Element, first?: FieldInfo): FieldInfo;
  /**
   * The class of a field that nobody may have been in: it gets no number, or boxes of one secret would have a number each.
   * @param mayLook whether there is time for one that is not known
   */
  peek(element: Element, mayLook: boolean): FieldClassId;
  /** As `look`, with the evidence. */
  inspect(element: Element): FieldEvidence;
  isFilled(element: Element): boolean | undefined;
}

export interface FieldClassifierOptions {
  /** CSS selector list: fields it matches are `plain` when they would be `unknown`. Lowers no other class. */
  readonly allow?: string | undefined;
}

/** @param end what must follow what is found */
const first = (rows: C.Rows, text: string, end = /^/): number | undefined =>
  rows.find(([words]) => words.test(text) && end.test(text.split(words).pop()!))?.[1];

/**
 * A secret word in any of them decides; else the first text that has a word of the other classes. What is called by where it was sent is no such
 * address: a code.
 * @param labels so many are said to people; the others are names that scripts use, which begin with where the field stands
 */
const byWords = (texts: readonly string[], labels = texts.length): number => {
  const all = texts.join('');
  const id =
    first(C.SECRET_WORDS, all) ??
    texts.reduce(
      (id, text, at) => id || (first(C.OTHER_WORDS, text, at < labels ? undefined : C.NAME_END) ?? C.UNKNOWN),
      C.UNKNOWN,
    );
  return [C.EMAIL, C.PHONE, C.STREET, C.MESSAGE].includes(id as 10) &&
    texts.some((text) => C.CODE_WORDS.test(text))
    ? C.OTP
    : id;
};

const PASSWORDS = '[type=password]';

/** The nearest part of the page around the field, from its form outwards, that holds a password. */
const aroundPassword = (element: Element): Element | null => {
  let scope: Element | null = (element as HTMLInputElement).form ?? element;
  for (let up = 8; scope && up-- && !scope.querySelector(PASSWORDS); ) scope = scope.parentElement;
  return scope;
};

/** What the vague words say; of who logs in only where a password stands in its form, or near it where it has none. */
const byVagueWords = (element: Element, text: string): number | undefined => {
  const id = first(C.VAGUE_WORDS, text);
  const scope = (element as HTMLInputElement).form ?? aroundPassword(element);
  return id === C.USERNAME && !scope?.querySelector(PASSWORDS) ? C.UNKNOWN : id;
};

/**
 * Whether the field says who logs in: it is the only text field (text, tel, email) beside the only password near it, and that is no new
 * one; or it is called so and stands alone, or with one more.
 */
const isLogin = (element: Element, texts: readonly string[]): boolean => {
  const kinds = [
    ...((aroundPassword(element) ?? (element as HTMLInputElement).form)?.querySelectorAll('input') ?? []),
  ]
    .map(({ type, autocomplete, placeholder }) =>
      /^(te|em|pa)/.test(type) && !/new-|choose|create/i.test(autocomplete + placeholder) ? type[0] : '',
    )
    .join('');
  return (/user ?na|log ?in/.test(texts.join('')) ? /^(t?[te]p?)?$/ : /^[te]p$/).test(kinds);
};

const classOf = (element: Element, texts: string[], allow: string | undefined): number => {
  const { type, isContentEditable } = element as HTMLInputElement;
  if (element.matches('iframe')) return C.FRAME;
  if (
    isContentEditable ||
    !element.matches(CONTROLS) ||
    /hidden|file/.test(type) ||
    isUnder(element, SECRET_MARK)
  )
    return C.SECRET;
  if (/check|radio|range|color/.test(type)) return C.CHOICE;
  texts.push(...namesOf(element).map(fold));
  const before = texts.pop()!;
  const group = texts.pop()!;
  const id =
    byWords(texts, texts.length - 2) ||
    byVagueWords(element, group + texts.join('')) ||
    byWords([before]) ||
    byVagueWords(element, before) ||
    C.UNKNOWN;
  if (id >= C.EMAIL && id <= C.FULL_NAME && isLogin(element, texts)) return C.USERNAME;
  if (id) return id;
  if (/^sel/.test(type)) return C.CHOICE;
  return isUnder(element, '[data-gander=plain]') || (allow && element.matches(allow)) ? C.PLAIN : C.UNKNOWN;
};

/**
 * Tells what each field asks for, from what it is called and never from what is in it. Nothing is scanned: a field is looked at
 * when `of` first meets it. The worst class that was ever found for a field stays (a WeakMap remembers): a password shown as text is
 * still a password. What cannot be looked at is secret.
 * @example createFieldClassifier({}).of(input).tier // 'S0'
 */
export const createFieldClassifier = ({ allow }: FieldClassifierOptions): FieldClassifier => {
  const seen = new WeakMap<Element, FieldInfo>();
  let fields = 0;

  /** The class that this look alone gives. @param texts gets what was looked at */
  const find = (element: Element, texts: string[]): FieldClassId => {
    try {
      return classOf(element, texts, allow) as FieldClassId;
    } catch {
      // The page's own scripts may have broken what we look with.
      return C.SECRET;
    }
  };
  const remember = (element: Element, found: FieldClassId, first?: FieldInfo): FieldInfo => {
    const before = seen.get(element);
    const rank = +C.RANKS[found]!;
    if (before && rank <= before.rank) return before;
    const now = { element, field: found, rank };
    const known = before ?? (first && isSameSecret(first, now) ? first : undefined);
    const info = { ...now, field_no: known ? known.field_no : ++fields };
    seen.set(element, info);
    return info;
  };
  const look = (element: Element, first?: FieldInfo): FieldInfo =>
    remember(element, find(element, []), first);

  return {
    of: (element) => seen.get(element) ?? look(element),
    look(element, first) {
      const known = seen.get(element);
      // Nothing is worse; and what was taken out of the page has lost its names.
      return known && (known.rank > 2 || !element.isConnected) ? known : look(element, first);
    },
    peek: (element, mayLook) => seen.get(element)?.field ?? (mayLook ? find(element, []) : C.UNKNOWN),
    inspect(element) {
      const texts: string[] = [];
      const found = find(element, texts);
      const { field, field_no, rank } = remember(element, found);
      const tier = (['S2', 'S1'] as const)[rank] ?? 'S0';
      return { element, fieldClass: field, tier, fieldNo: field_no, found, words: texts.join('') };
    },
    isFilled,
  };
};
