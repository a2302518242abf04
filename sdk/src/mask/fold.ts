/** Longest piece of text that is looked at; what a field is called stands at its beginning. */
const MAX_TEXT = 160;

/**
 * Folds what a field is called into plain words between semicolons: compatibility forms (full-width letters) resolved, camelCase split,
 * lower case, Latin, Greek and Cyrillic diacritics dropped, everything that is no letter or digit one blank. Composed again at the
 * end, since Hangul and kana would else stay in pieces.
 * @example fold('billing_cardNumber') // ';billing card number;'
 * @example fold('Prüf-Nr.') // ';pruf nr;'
 */
export const fold = (text: string): string =>
  `;${text
    .slice(0, MAX_TEXT)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()
    .toLowerCase()};`;
