import type { createCanaries } from './canaries.ts';
import type { Case } from './fields.ts';
import { PAGE_KEY } from './stub-collector.ts';

/** Where a page's parts come from. */
export interface Place {
  readonly shop: string;
  readonly collector: string;
}

/** One page that makes leaking easy, filled in with some forty canaries. */
export interface Scenario {
  /** The leak tests and incidents of docs/threats.md that it stands for. */
  readonly name: string;
  /** Around the fields, and what the page's own scripts do; `__field(id)` finds a field. */
  html?(fields: string, place: Place): string;
  /** Another document for a frame, by its path. */
  readonly frame?: { readonly path: string; readonly origin: 'shop' | 'collector' };
  /** A script of the page's ahead of the SDK's. */
  readonly before?: string;
  /** Attributes of the script tag. */
  readonly tag?: (secret: () => string) => string;
  /** What follows the page's path. */
  readonly query?: (secret: () => string) => string;
  /** The collector is down while the page is filled in. */
  readonly down?: true;
  /** Nothing may be sent at all. */
  readonly silent?: true;
  /** The page breaks what a driver that works inside of it needs. */
  readonly patched?: true;
  /** No field may be named. */
  readonly essential?: true;
  /** Secrets of the page's own, not in a field. */
  readonly script?: (secret: () => string) => string;
}

const onInput = (work: string): string =>
  `<script>addEventListener('input', (e) => { const el = e.composedPath()[0]; if (!el.id || el.id === 'source') return; ${work} });</script>`;

export const SCENARIOS: readonly Scenario[] = [
  { name: 'L1-L6 L9 L16 L17 L23 I2 I4 I14: a plain page, nothing submitted' },
  {
    name: 'L7 I1 I8: the page copies each value into attributes, text and storage keys of its own',
    html: (fields) =>
      fields +
      onInput(
        `for (const a of ['value', 'data-value', 'aria-label', 'placeholder', 'title', 'aria-valuetext', 'name', 'class'])
           if ('value' in el) el.setAttribute(a, el.value);
         document.title = el.value ?? el.textContent; el.parentElement.dataset.x = el.value;`,
      ),
  },
  {
    name: 'L6 L10 I3 I10: fields change type, name and autocomplete while they are filled',
    html: (fields) =>
      fields +
      onInput(
        `el.type = 'text'; el.name = 'coupon'; el.setAttribute('autocomplete', 'off'); el.setAttribute('aria-label', 'Search');`,
      ),
  },
  {
    name: 'L10 I9: fields are cloned, moved and rendered anew when they are left',
    html: (fields) => `${fields}<div id="elsewhere"></div><script>
      addEventListener('focusout', (e) => { const el = e.target; if (!el.id || el.id === 'source' || el.id === 'pay') return;
        const copy = el.cloneNode(true); copy.name = 'message'; copy.value = el.value; el.replaceWith(copy); elsewhere.append(el); });
    </script>`,
  },
  {
    name: 'L11: open shadow roots',
    html: (fields) => `<x-fields></x-fields><script>
      const host = document.querySelector('x-fields'); host.attachShadow({ mode: 'open' }).innerHTML = ${JSON.stringify(fields)};
      window.__root = host.shadowRoot;</script>`,
  },
  {
    name: 'L11: closed shadow roots',
    html: (fields) => `<x-fields></x-fields><script>
      window.__root = document.querySelector('x-fields').attachShadow({ mode: 'closed' });
      window.__root.innerHTML = ${JSON.stringify(fields)};</script>`,
  },
  {
    name: 'L12: a frame of the same origin',
    frame: { path: '/inner', origin: 'shop' },
  },
  {
    name: 'L12: a frame of another origin',
    frame: { path: '/inner', origin: 'collector' },
  },
  {
    name: 'L13 L14 L15 I5 I6 I7: secrets that stand in the page: hidden, template, detached, options, radios, output',
    html: (fields) => fields,
    script: (secret) => `
      <input type="hidden" name="pan" value="${secret()}"><template><input value="${secret()}"></template>
      <select id="select" aria-label="Saved card"><option value="${secret()}">${secret()}</option><option value="${secret()}" selected>${secret()}</option></select>
      <label><input type="radio" name="saved" value="${secret()}"> ${secret()}</label>
      <label><input type="checkbox" value="${secret()}">${secret()}</label>
      <input list="cards" aria-label="Card"><datalist id="cards"><option value="${secret()}"></datalist>
      <output>${secret()}</output><div contenteditable>${secret()}</div><textarea>${secret()}</textarea>
      <p>${secret()}</p><label>Pay with ${secret()} <input></label><input placeholder="${secret()}" title="${secret()}">
      <script>const loose = document.createElement('input'); loose.value = '${secret()}'; loose.dispatchEvent(new Event('input'));
        document.querySelector('#select').selectedIndex = 0; document.querySelector('#select').dispatchEvent(new Event('change', { bubbles: true }));
      </script>`,
  },
  {
    name: 'L18: secrets in the query, the hash, the title, the referrer and the history',
    query: (secret) => `?pan=${secret()}#${secret()}`,
    script: (secret) => `<script>document.title = '${secret()}';
      history.pushState({ pan: '${secret()}' }, '', '?next=${secret()}#${secret()}'); location.hash = '${secret()}';</script>`,
  },
  {
    name: 'L19: errors and rejections that say secrets',
    script: (secret) => `<script>
      addEventListener('error', (e) => e.preventDefault()); addEventListener('unhandledrejection', (e) => e.preventDefault());
      setTimeout(() => { throw new Error('${secret()}'); }); setTimeout(() => { throw '${secret()}'; });
      Promise.reject(new Error('${secret()}')); Promise.reject('${secret()}');</script>`,
  },
  {
    name: 'L20: the merchant passes card numbers as transaction, page, step and reason',
    tag: (secret) =>
      `data-page="${secret()}" data-transaction="${secret()}" data-transaction-type="${secret()}"`,
    script: (
      secret,
    ) => `<script>const tell = setInterval(() => { if (!window.gander) return; clearInterval(tell);
      gander.step('${secret()}'); gander.step('p-${secret()}'); gander.transaction({ transaction: '${secret()}' });
      gander.transaction({ transaction: 'order 1', grant: '${secret()}' }); gander.outcome('declined', '${secret()}');
      gander.outcome('${secret()}'); gander.consent('${secret()}'); gander.consent('granted'); }, 5);</script>`,
  },
  { name: 'L21: no collector, so that everything waits on the device', down: true },
  {
    name: 'L24 I11: everything is declared plain',
    tag: () => 'data-plain="*"',
    html: (fields) =>
      `<div data-gander="plain">${fields.replaceAll('id=', 'data-gander="plain" data-mask="false" id=')}</div>`,
  },
  {
    name: 'L26 #63: the page has patched what it could',
    patched: true,
    script: () => `<script>
      const stringify = JSON.stringify; JSON.stringify = (v) => stringify({ v, all: [...document.querySelectorAll('input')].map((i) => i.value) });
      Array.prototype.toJSON = function () { return [...document.querySelectorAll('input')].map((i) => i.value).join(); };
      Object.prototype.toJSON = Array.prototype.toJSON;
      Date.now = () => 4242424242424242; Object.defineProperty(Object.prototype, 'value2', { get() { return document.title; }, configurable: true });
    </script>`,
  },
  { name: 'L27: no consent', tag: () => 'data-consent="none"', silent: true },
  { name: 'L27: essential consent', tag: () => 'data-consent="essential"', essential: true },
  {
    name: 'L27: Global Privacy Control',
    before: "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true });",
    essential: true,
  },
];

/** The document that holds the fields, and the one around it where they stand in a frame. */
export const documentsOf = (
  scenario: Scenario,
  cases: readonly Case[],
  place: Place,
  canaries: ReturnType<typeof createCanaries>,
): { main: string; inner: string | undefined; query: string; secrets: string[] } => {
  const secrets: string[] = [];
  const secret = (): string => {
    secrets.push(canaries.pan());
    return secrets.at(-1)!;
  };
  const fields = cases.map(({ html }) => `<p>${html}</p>`).join('\n');
  const before = scenario.before ? `<script>${scenario.before}</script>` : '';
  const tag = `${before}<script async src="${place.collector}/sdk/gander.min.js" data-key="${PAGE_KEY}" data-page="checkout" ${scenario.tag?.(secret) ?? ''}></script>`;
  const find =
    '<script>window.__field = (id) => (window.__root ?? document).querySelector("#" + id);</script>';
  const body = (scenario.html ?? ((all: string) => all))(fields, place);
  const source = '<textarea id="source" data-gander="secret"></textarea>';
  const own = scenario.script?.(secret) ?? '';
  const page = (content: string, sdk: string): string =>
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Checkout</title>${find}</head><body>${sdk}<form onsubmit="return false">${content}<button type="button" id="pay">Pay</button></form>${own}</body></html>`;
  const query = scenario.query?.(secret) ?? '';
  if (!scenario.frame) return { main: page(body + source, tag), inner: undefined, query, secrets };
  const origin = scenario.frame.origin === 'shop' ? place.shop : place.shop.replace('localhost', '127.0.0.1');
  return {
    main: page(
      `<iframe name="inner" src="${origin}${scenario.frame.path}" width="800" height="900"></iframe>`,
      tag,
    ),
    inner: page(body + source, ''),
    query,
    secrets,
  };
};
