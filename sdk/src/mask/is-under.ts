/** What the page marks as secret. */
export const SECRET_MARK = '[data-gander=secret]';

/** Whether the element, or one above it (also through open shadow roots and frames of the same origin), matches. */
export const isUnder = (element: Element | null | undefined, selector: string): boolean =>
  element?.nodeType === 1 &&
  (!!element.closest(selector) ||
    isUnder(
      (element.getRootNode() as ShadowRoot).host ?? element.ownerDocument.defaultView?.frameElement,
      selector,
    ));
