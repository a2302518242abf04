/** Whether the browser filled the field, and nothing was changed since. What a browser does not know inside `:is` it passes over. */
export const isAutofilled = (element: Element): boolean =>
  element.matches(':is(:autofill,:-webkit-autofill)');

/**
 * Whether a field holds anything, without reading its value: by `:autofill`, `:placeholder-shown` and `validity.valueMissing`.
 * @returns undefined when the field gives no such sign (no placeholder and not required)
 */
export const isFilled = (element: Element): boolean | undefined => {
  if (isAutofilled(element)) return true;
  if (element.getAttribute('placeholder')) return !element.matches(':placeholder-shown');
  const field = element as HTMLInputElement;
  return field.required ? !field.validity?.valueMissing : undefined;
};
