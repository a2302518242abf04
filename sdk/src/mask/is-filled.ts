const matches = (element: Element, selector: string): boolean => {
  try {
    return element.matches(selector);
  } catch {
    // A selector that this browser does not know.
    return false;
  }
};

/**
 * Whether a field holds anything, without reading its value: by `:autofill`, `:placeholder-shown` and `validity.valueMissing`.
 * @returns undefined when the field gives no such sign (no placeholder and not required)
 */
export const isFilled = (element: Element): boolean | undefined => {
  if (matches(element, ':autofill') || matches(element, ':-webkit-autofill')) return true;
  if (element.getAttribute('placeholder')) return !matches(element, ':placeholder-shown');
  const field = element as HTMLInputElement;
  return field.required ? !field.validity?.valueMissing : undefined;
};
