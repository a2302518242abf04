/**
 * A way in which the SDK, its collector or what it stands on fails.
 * @typedef {object} FailureMode
 * @property {string} name also the page's host: `<name>.localhost`
 * @property {string} what
 * @property {'none' | 'refused' | 'hangs' | '500' | 'cut'} [script] what becomes of the SDK's script; default: it arrives
 * @property {string} [collector] mode of the stub collector; default: it works
 * @property {string} [before] runs on the page ahead of everything
 * @property {string} [policy] content security policy
 * @property {string} [form] the page's form, where it is the trouble
 * @property {[id: string, text: string][]} [answers] what is entered there; default: a name, an address and a card
 * @property {boolean} [arrives] whether every log must arrive all the same
 */

const THROWS = '() => { throw new Error("broken by the page"); }';

/** Fields named like the properties of elements and forms that a script would look at. */
const CLOBBERING = `<form id="checkout" data-gander-step="payment"><input type="hidden" name="id"><input type="hidden" name="type">
<input type="hidden" name="closest"><input type="hidden" name="matches"><input type="hidden" name="querySelector"><input type="hidden" name="querySelectorAll">
<input type="hidden" name="elements"><input type="hidden" name="parentElement"><input type="hidden" name="getRootNode"><input type="hidden" name="localName">
<label>E-mail <input id="email" type="email" name="autocomplete"></label><label>Name <input id="full" name="form"></label>
<label>Card number <input id="card" name="labels"></label><label>Security code <input id="csc" name="validity"></label>
<button data-gander-pay name="submit">Pay 42.00</button></form>`;

/** The page without the SDK: what a submission takes by itself. */
export const CONTROL_MODE = { name: 'control', what: 'no SDK on the page', script: 'none' };
/** Nothing fails. */
export const HEALTHY_MODE = { name: 'healthy', what: 'nothing fails', arrives: true };

/** @type {FailureMode[]} */
// biome-ignore format: one row is one mode
export const FAILURE_MODES = [
  { name: 'script-refused', what: 'the script cannot be fetched', script: 'refused' },
  { name: 'script-hangs', what: 'the script never comes', script: 'hangs' },
  { name: 'script-cut', what: 'half of the script comes: its integrity is wrong', script: 'cut' },
  { name: 'collector-hangs', what: 'the collector never answers', collector: 'hang' },
  { name: 'collector-500', what: 'the collector answers 500', collector: '500' },
  { name: 'collector-gone', what: 'the collector refuses connections', collector: 'offline' },
  { name: 'collector-flood', what: 'the collector answers 10 MB', collector: 'flood' },
  { name: 'key-refused', what: 'the collector answers 401', collector: '401' },
  { name: 'no-storage', what: 'no IndexedDB, no Web Locks: reading either throws', arrives: true,
    before: `for (const name of ['indexedDB', 'localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get: ${THROWS} });
      Object.defineProperty(Navigator.prototype, 'locks', { get: ${THROWS} });` },
  { name: 'storage-hangs', what: 'IndexedDB never answers', arrives: true, before: 'IDBFactory.prototype.open = () => new EventTarget();' },
  { name: 'csp', what: "the page's policy forbids the collector, and strings in sinks",
    policy: "default-src 'none'; script-src 'nonce-n'; connect-src 'self'; require-trusted-types-for 'script'" },
  { name: 'patched', what: 'fetch, JSON, arrays and prototypes are patched and throw; form fields are named like properties', form: CLOBBERING,
    before: `window.fetch = navigator.sendBeacon = ${THROWS}; JSON.stringify = JSON.parse = ${THROWS}; Math.random = ${THROWS};
      Object.prototype.toJSON = Array.prototype.toJSON = ${THROWS}; Array.prototype.at = Array.prototype.flat = ${THROWS};
      for (const method of ['matches', 'closest', 'getAttribute', 'getRootNode']) Element.prototype[method] = ${THROWS};
      IntersectionObserver = class { constructor() { throw new Error('broken by the page'); } };
      HTMLInputElement.prototype[Symbol.toPrimitive] = ${THROWS};` },
];
