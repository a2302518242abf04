/**
 * Runs in the page before anything else: replaces the getters and methods through which secrets could be read by ones that count
 * the reads made by the SDK, told by its file's name in the stack. `__reads()` gives them.
 */
export const trapReads = (): void => {
  const reads = new Map<string, number>();
  // A stack deeper than the default ten frames would hide the SDK behind other functions.
  Error.stackTraceLimit = 50;
  const bySdk = (): boolean => new Error().stack!.includes('gander.min.js');
  const note = (what: string): void => {
    if (bySdk()) reads.set(what, (reads.get(what) ?? 0) + 1);
  };
  type Owner = { readonly prototype: object } | undefined;
  const named = (name: string): Owner => (globalThis as unknown as Record<string, Owner>)[name];

  const trap = (owner: string, key: string, allow?: (self: unknown, args: unknown[]) => boolean): void => {
    const prototype = named(owner)?.prototype;
    const was = prototype && Object.getOwnPropertyDescriptor(prototype, key);
    if (!prototype || !was?.configurable) return;
    const watched = <T extends (...args: never[]) => unknown>(inner: T) =>
      function (this: unknown, ...args: unknown[]): unknown {
        if (!allow?.(this, args)) note(`${owner}.${key}`);
        return inner.apply(this, args as never[]);
      };
    Object.defineProperty(prototype, key, {
      ...was,
      ...(was.get && { get: watched(was.get) }),
      ...(typeof was.value === 'function' && { value: watched(was.value) }),
    });
  };

  const ALL: Record<string, string> = {
    HTMLInputElement:
      'value defaultValue valueAsNumber valueAsDate selectionStart selectionEnd files list checked validationMessage',
    HTMLTextAreaElement: 'value defaultValue textLength selectionStart selectionEnd validationMessage',
    HTMLSelectElement: 'value selectedIndex selectedOptions options item namedItem',
    HTMLOptionElement: 'value text label index selected',
    HTMLOutputElement: 'value',
    HTMLButtonElement: 'value',
    HTMLDataListElement: 'options',
    KeyboardEvent: 'key code charCode keyCode location getModifierState',
    UIEvent: 'which detail',
    InputEvent: 'data dataTransfer getTargetRanges',
    CompositionEvent: 'data',
    ClipboardEvent: 'clipboardData',
    DragEvent: 'dataTransfer',
    DataTransfer: 'getData items files types',
    Clipboard: 'read readText',
    Node: 'textContent',
    HTMLElement: 'innerText outerText title',
    Element: 'innerHTML outerHTML getHTML attributes insertAdjacentHTML',
    Document: 'title URL documentURI referrer cookie forms all',
    ErrorEvent: 'message filename error lineno colno',
    PromiseRejectionEvent: 'reason promise',
    SecurityPolicyViolationEvent: 'blockedURI documentURI sample sourceFile referrer',
    FormData: 'get getAll entries values keys forEach',
    XMLSerializer: 'serializeToString',
    Selection: 'toString anchorNode focusNode getRangeAt',
    Range: 'toString',
    History: 'state',
    Storage: 'getItem',
    HTMLAnchorElement: 'href search hash',
  };
  for (const [owner, keys] of Object.entries(ALL)) for (const key of keys.split(' ')) trap(owner, key);

  // The classifier's list of attributes, and what the SDK's own tag says.
  const LISTED =
    /^(autocomplete|aria-label|aria-labelledby|placeholder|name|id|data-(?!mask)[a-z-]+|src|type|action|href|target)$/;
  const ownTag = (self: unknown): boolean => self instanceof HTMLScriptElement;
  trap('Element', 'getAttribute', (self, [name]) => ownTag(self) || LISTED.test(String(name)));
  for (const key of ['getAttributeNS', 'getAttributeNode', 'hasAttribute', 'toggleAttribute'])
    trap('Element', key, (self, [name]) => ownTag(self) || LISTED.test(String(name)));

  // Text that names a field may be read; not what stands in a control, an editable part or an output.
  const isLabel = (self: unknown): boolean => {
    const parent = (self as Node).parentElement;
    return !!parent && !parent.closest('[contenteditable],output,option,textarea,script,style,title');
  };
  trap('Node', 'nodeValue', isLabel);
  trap('CharacterData', 'data', isLabel);

  Object.assign(globalThis, { __reads: () => Object.fromEntries(reads) });
};
