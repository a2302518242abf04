import { autofilled, scriptedInput, toggled } from '@gander/log-codes/encode';
import type { FieldInfo } from '../mask/create-field-classifier.ts';
import { isAutofilled } from '../mask/is-filled.ts';
import { listen } from '../page.ts';
import { facts, later, log, type Signal } from '../running.ts';
import { UNSEEN } from './field-visits.ts';
import { fields } from './fields.ts';
import { fieldOf, isAsked, via } from './targets.ts';
import { AUTOFILLED, SCRIPTED, TYPED } from './visit.ts';

/** Values of the attribute `fill_source`. */
const BROWSER = 1;
const MANAGER = 3;
const PAGE = 4;
/** A browser or a password manager fills many fields in one go. */
const BURST_MS = 100;

/** Names of attributes (never their values) by which password managers mark what they filled. */
const MANAGER_MARK = /onepassword|dashlane|lastpass|bitwarden|kwimpala|np-autofill|keeper/;

/** Fields to type in that can tell that they are filled (`isFilled`), but for those that the page itself came with filled. */
const MAYBE_FILLED =
  ':is(input:not([value],[type=checkbox],[type=radio]),textarea:empty):is(:autofill,:-webkit-autofill,[required],[placeholder])';

/**
 * Input that no key, paste or drop explains, as `fieldVisits` hands it on: filled by the browser (230), by a password manager (230), by the page
 * when it was asked to (230), or by a script (400); and boxes, radio buttons and selects (240). What was filled with no event at all, perhaps before this script came, is told
 * when the form is submitted or the page may be left (230).
 */
export const autofill: Signal = () => {
  /** Fields of the burst that is going on, and how many untrusted events each got. */
  let burst: Map<Element, number> | undefined;
  const reported = new WeakSet<Element>();

  const settle = (): void => {
    const filled: [FieldInfo, number][] = [];
    for (const [element, scripted] of burst!) {
      const info = fields().of(element);
      const source = isAutofilled(element)
        ? BROWSER
        : MANAGER_MARK.test(element.getAttributeNames().join())
          ? MANAGER
          : // A date that was picked, an address that was looked up.
            scripted && !reported.has(element) && isAsked()
            ? PAGE
            : 0;
      if (source) {
        facts.visits?.filledBy(element, AUTOFILLED);
        filled.push([info, source]);
      } else if (scripted && !reported.has(element)) {
        facts.visits?.filledBy(element, SCRIPTED);
        const { field, field_no, rank } = info;
        log(scriptedInput({ field, field_no, count: rank > 1 ? 1 : scripted }));
      }
      // Once a field: a script that echoes each key would else count the keys of a secret.
      if (scripted) reported.add(element);
    }
    burst = undefined;
    tell(filled);
  };
  const tell = (filled: readonly [FieldInfo, number][]): void => {
    for (const [{ field, field_no }, fill_source] of filled)
      log(autofilled({ field, field_no, fill_source, fields: filled.length }));
  };
  const lookOver = (): void => {
    const filled: [FieldInfo, number][] = [];
    for (const element of document.querySelectorAll(MAYBE_FILLED))
      if (!reported.has(element) && fields().isFilled(element) && facts.visits?.knows(element) === false) {
        reported.add(element);
        filled.push([fields().of(element), isAutofilled(element) ? BROWSER : UNSEEN]);
      }
    tell(filled);
  };
  listen('submit', lookOver);
  facts.summaries.push(lookOver);

  listen('change', (event) => {
    const element = event.isTrusted && fieldOf(event);
    const isSelect = element && element.localName === 'select';
    if (!element || !(isSelect || element.matches('[type=checkbox],[type=radio]'))) return;
    // The browser says so by the same event; its own log follows.
    if (isAutofilled(element)) return;
    facts.visits?.filledBy(element, 0);
    const { field, field_no, rank } = fields().of(element);
    // Once, if it is a select or not plain: arrow keys change a select at each press, and so many were the month or the day.
    const once = isSelect || rank;
    if (rank > 2 || (once && reported.has(element))) return;
    if (once) reported.add(element);
    log(toggled({ field, field_no, via: via() }));
  });

  facts.unexplained = (event) => {
    const element = fieldOf(event);
    if (!element) return;
    const { isTrusted } = event;
    const visit = facts.visits?.at(element);
    // A mask or a framework that echoes what a person entered is no robot, also after the field was left.
    if (!isTrusted && facts.visits?.touched(element)) return;
    // Told here, and not as a change with no event besides.
    if (!isTrusted) facts.visits?.filledBy(element, 0);
    if (isTrusted && visit) {
      visit.touched = true;
      // Pickers of the browser's own, and spinners, say no more: a person chose. That the browser did is said when it has settled.
      if (!event.inputType) visit.method ||= TYPED;
    }
    if (!burst) {
      burst = new Map();
      later(settle, BURST_MS);
    }
    burst.set(element, (burst.get(element) ?? 0) + +!isTrusted);
  };
};
