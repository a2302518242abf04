/** What a person enters something into. */
export const CONTROLS = 'input,select,textarea';

/**
 * Text of a label, without what a person may have entered or been shown inside it: form controls (also a select's options), editable
 * parts, scripts.
 */
const labelText = (node: Node | null): string =>
  !node || (node as Element).matches?.(`${CONTROLS},output,script,style,[contenteditable]`)
    ? ''
    : node.nodeType === 3
      ? node.nodeValue!
      : [...node.childNodes].map(labelText).join(' ');

/**
 * The text that stands just before a field: of the nearest earlier node in the same row, as long as no other control lies between.
 */
const textBefore = (element: Element): string => {
  for (let at: Element | null = element, up = 4; at && up--; at = at.parentElement)
    for (let node = at.previousSibling; node; node = node.previousSibling) {
      const text = labelText(node);
      if (text.trim() || (node as Element).matches?.(`${CONTROLS},:has(${CONTROLS})`)) return text;
    }
  return '';
};

/**
 * What a field is called: the classifier's whole list of texts, the most telling first. `type` (unless it is `tel`, which card numbers and
 * codes use as much as telephones do, or `search`, which address fields use too), `autocomplete`, the text of its labels, `aria-label`,
 * `placeholder`, `name`, `id`; last, and asked for less, the `aria-label` of the group it is in and the text just before it.
 */
export const namesOf = (element: Element): string[] => {
  const { labels, type } = element as HTMLInputElement;
  const attribute = (name: string): string => element.getAttribute(name) ?? '';
  const labelledBy = (element.getRootNode() as Document).getElementById?.(attribute('aria-labelledby'));
  return [
    type.replace(/tel|search/, ''),
    attribute('autocomplete'),
    ...[...(labels ?? [])].map(labelText),
    labelText(labelledBy),
    ...['aria-label', 'placeholder', 'name', 'id'].map(attribute),
    element.closest('[role=group]')?.getAttribute('aria-label') ?? '',
    textBefore(element),
  ];
};
