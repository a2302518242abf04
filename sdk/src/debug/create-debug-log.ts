import type { Log } from '@gander/log-codes/encode';
import type { FieldEvidence } from '../mask/create-field-classifier.ts';
import { describeLog, fieldClassName } from './describe-log.ts';

/** What each tier lets out, in a few words (docs/privacy.md has all of it). */
const TIER_WORDS = {
  S0: 'secret: only how it was filled and coarse steps leave the page',
  S1: 'personal: a summary of the rhythm leaves the page, no counts of keys',
  S2: 'plain: a summary of the rhythm and counts of keys leave the page',
} as const;

const FOCUS = 200;

/**
 * Creates what the debug build tells each log to: a line in words with its bytes, and for each focus what the field is taken for and
 * why. Holds what fields are called, never what is in them; digits are blotted out, for pages that write what was entered into labels.
 * @param print where lines go
 * @param focused the element that has the focus
 * @param inspect `gander.inspect`
 */
export const createDebugLog =
  (
    print: (line: string) => void,
    focused: () => Element | null,
    inspect: (element: Element) => FieldEvidence | undefined,
  ): ((log: Log) => void) =>
  (log) => {
    print(`gander: ${describeLog(log)}`);
    const element = log[0] === FOCUS ? focused() : null;
    const evidence = element && inspect(element);
    if (!evidence) return;
    const { fieldClass, tier, found, words } = evidence;
    const earlier = found === fieldClass ? '' : `, now like ${fieldClassName(found)}`;
    print(
      `gander:   ${fieldClassName(fieldClass)} (${tier}${earlier}) is ${TIER_WORDS[tier]} [${words.replace(/\p{N}/gu, '#')}]`,
    );
  };
