/** Most text taken from one label. */
const MAX_LABEL = 200;

/**
 * Text of a label, without what a person may have entered or been shown inside it: form controls (also a select's options), editable
 * parts, scripts.
 */
const labelText = (node: Node): string => {
  let text = '';
  for (let child = node.firstChild; child && text.length < MAX_LABEL; child = child.nextSibling) {
    if (child.nodeType === 3) text += child.nodeValue;
    else if (
      child.nodeType === 1 &&
      !(child as Element).matches(
        'input,select,textarea,button,output,datalist,script,style,[contenteditable]',
      )
    )
      text += ` ${labelText(child)}`;
  }
  return text;
};

/**
 * What a field is called: the classifier's whole list of texts. `name`, `id`, `placeholder`, `aria-label`, and the text of
 * its labels.
 */
export const namesOf = (element: Element): string[] => {
  const texts = ['name', 'id', 'placeholder', 'aria-label'].map((name) => element.getAttribute(name) ?? '');
  for (const label of (element as HTMLInputElement).labels ?? []) texts.push(labelText(label));
  const by = element.getAttribute('aria-labelledby');
  if (by)
    for (const id of by.split(/\s+/, 4)) {
      const label = (element.getRootNode() as Document).getElementById?.(id);
      if (label) texts.push(labelText(label));
    }
  return texts;
};
