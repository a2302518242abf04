/** Markup that is already safe. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | undefined | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A template tag: what is put in is escaped unless it is markup itself.
 * @example html`<p>${'<b>'}</p>`.html // "<p>&lt;b&gt;</p>"
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: strings.reduce((text, string, i) => text + markup(parts[i - 1]) + string),
});

const markup = (part: Part): string => {
  if (part === undefined) return '';
  if (typeof part === 'object') return 'html' in part ? part.html : part.map((p) => p.html).join('');
  return String(part).replace(/[&<>"']/g, (c) => ESCAPES[c]!);
};
