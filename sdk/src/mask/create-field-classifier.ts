import type { FieldClassId, Tier } from '@gander/log-codes/encode';
import { fold } from './fold.ts';
import { isFilled } from './is-filled.ts';
import { CONTROLS, namesOf } from './names-of.ts';
import * as C from './words.ts';

/** What may be known about a field: its class, its tier, and its number in order of first sight on this page, from 1. */
export interface FieldInfo {
  readonly element: Element;
  readonly fieldClass: FieldClassId;
  readonly tier: Tier;
  readonly fieldNo: number;
}

/** Why a field has its class, for `gander.inspect`. Holds what the field is called, never what is in it. */
export interface FieldEvidence extends FieldInfo {
  /** The class that this look alone would give; another one than `fieldClass` when an earlier look was worse. */
  readonly found: FieldClassId;
  /** The folded texts that were looked at, each between semicolons. */
  readonly words: string;
}

export interface FieldClassifier {
  /** The field's class, as last looked at: cheap enough for every event. */
  of(element: Element): FieldInfo;
  /** As `of`, but looks again: for focus and blur. Worse evidence makes the class worse; nothing makes it better. */
  look(element: Element): FieldInfo;
  /** As `look`, with the evidence. */
  inspect(element: Element): FieldEvidence;
  isFilled(element: Element): boolean | undefined;
}

export interface FieldClassifierOptions {
  /** CSS selector list: fields it matches are `plain` when they would be `unknown`. Lowers no other class. */
  readonly allow?: string | undefined;
}

type Rows = readonly (readonly [RegExp, number])[];

const first = (rows: Rows, text: string): number | undefined => rows.find(([words]) => words.test(text))?.[1];

/** A secret word in any of them decides; else the first text that has a word of the other classes. */
const byWords = (texts: readonly string[]): number =>
  texts.reduce(
    (id, text) => id || (first(C.OTHER_WORDS, text) ?? C.UNKNOWN),
    first(C.SECRET_WORDS, texts.join('')) ?? C.UNKNOWN,
  );

/** Whether the element, or one above it (also through open shadow roots), matches. */
const isUnder = (element: Element | undefined, selector: string): boolean =>
  !!element && (!!element.closest(selector) || isUnder((element.getRootNode() as ShadowRoot).host, selector));

/** Whether the field is the only text field (text, tel, email) beside the only password near it: then it says who logs in. */
const isLogin = (element: Element): boolean => {
  let scope: Element | null = (element as HTMLInputElement).form ?? element;
  for (let up = 8; scope && up-- && !scope.querySelector('[type=password]'); ) scope = scope.parentElement;
  const kinds = Array.from(scope?.querySelectorAll('input') ?? [], ({ type, autocomplete }) =>
    /^(te|em|pa)/.test(type) && !/new/.test(autocomplete) ? type[0] : '',
  );
  return /^[te]p$/.test(kinds.join(''));
};

const find = (element: Element, texts: string[], allow: string | undefined): number => {
  const { type, isContentEditable } = element as HTMLInputElement;
  if (element.matches('iframe')) return C.FRAME;
  if (
    isContentEditable ||
    !element.matches(CONTROLS) ||
    /hidden|file/.test(type) ||
    isUnder(element, '[data-gander=secret]')
  )
    return C.SECRET;
  if (/check|radio|range|color/.test(type)) return C.CHOICE;
  texts.push(...namesOf(element).map(fold));
  const before = texts.pop()!;
  const id = byWords(texts) || byWords([before]);
  if ((id === C.EMAIL || id === C.PHONE || id === C.FULL_NAME) && isLogin(element)) return C.USERNAME;
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

  const inspect = (element: Element): FieldEvidence => {
    const texts: string[] = [];
    let found: number = C.SECRET;
    try {
      found = find(element, texts, allow);
    } catch {
      // The page's own scripts may have broken what we look with.
    }
    const before = seen.get(element);
    const id = before && C.RANKS[found]! <= C.RANKS[before.fieldClass]! ? before.fieldClass : found;
    const info = {
      element,
      fieldClass: id as FieldClassId,
      tier: (C.RANKS[id]! > '1' ? 'S0' : C.RANKS[id] === '1' ? 'S1' : 'S2') as Tier,
      fieldNo: before?.fieldNo ?? ++fields,
    };
    seen.set(element, info);
    return { ...info, found: found as FieldClassId, words: texts.join('') };
  };

  return {
    of: (element) => seen.get(element) ?? inspect(element),
    look(element) {
      const known = seen.get(element);
      // Nothing is worse.
      return known && C.RANKS[known.fieldClass] === '3' ? known : inspect(element);
    },
    inspect,
    isFilled,
  };
};
