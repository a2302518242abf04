/** An element that the page is known to have. */
export const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

/** A named box of a form. */
export const input = (form: HTMLFormElement, name: string): HTMLInputElement =>
  form.elements.namedItem(name) as HTMLInputElement;
