import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

/** The page's own script: counts its errors, pays when the form is submitted, and says how long the submission waited for others. */
const PAGE_SCRIPT = `
  const errors = [];
  addEventListener('error', (event) => { if (event instanceof ErrorEvent) errors.push(event.message); });
  addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)));
  const Request = XMLHttpRequest, clock = performance.now.bind(performance);
  const send = Request.prototype.send, open = Request.prototype.open;
  let press;
  document.querySelector('#checkout button').addEventListener('click', (event) => { press ??= clock() - event.timeStamp; });
  window.checkout = new Promise((paid) => {
    document.getElementById('checkout').addEventListener('submit', (event) => {
      event.preventDefault();
      const delay = clock() - event.timeStamp;
      const request = new Request();
      request.onload = () => paid({ paid: request.status === 200, press, delay, errors });
      request.onerror = () => paid({ paid: false, delay, errors });
      open.call(request, 'POST', '/pay' + location.search);
      send.call(request, 'paid');
    });
  });`;

const FORM = `<form id="checkout" data-gander-step="payment">
<label>E-mail <input id="email" type="email" autocomplete="email" required></label>
<label>Name <input id="full" autocomplete="name"></label>
<label>Card number <input id="card" autocomplete="cc-number" inputmode="numeric"></label>
<label>Security code <input id="csc" autocomplete="cc-csc" inputmode="numeric"></label>
<button data-gander-pay>Pay 42.00</button></form>`;

/**
 * A checkout for a mode of failure: the SDK's documented tag in the head, the page's own script below its form.
 * @param {import('./failure-modes.mjs').FailureMode} mode
 */
const pageOf = (
  mode,
  tag,
) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Checkout</title>
${mode.before ? `<script nonce="n">${mode.before}</script>` : ''}
${tag}</head><body>${mode.form ?? FORM}<script nonce="n">${PAGE_SCRIPT}</script></body></html>`;

/**
 * Starts a shop whose every host is named after the mode of failure it plays, and takes its payments.
 * @param {readonly import('./failure-modes.mjs').FailureMode[]} modes
 * @param {Buffer} script the SDK
 * @param {(mode: import('./failure-modes.mjs').FailureMode) => string} attributesOf of its tag
 */
export const startFailingShop = async (modes, script, attributesOf) => {
  const integrity = `sha384-${createHash('sha384').update(script).digest('base64')}`;
  /** Checkouts paid, by host: each by its own number, so that none counts twice. @type {Map<string, Set<string>>} */
  const paid = new Map(modes.map(({ name }) => [name, new Set()]));
  const tagOf = (mode, search) => {
    if (mode.script === 'none') return '';
    return `<script async src="/gander.min.js${search}" integrity="${integrity}" crossorigin="anonymous" nonce="n" ${attributesOf(mode)}></script>`;
  };
  const sendScript = ({ script: how }, response) => {
    const headers = { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' };
    if (how === 'hangs') return;
    if (how === 'refused') return response.socket.destroy();
    if (how === '500') return response.writeHead(500, headers).end();
    response.writeHead(200, headers).end(how === 'cut' ? script.subarray(0, script.length / 2) : script);
  };
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url, 'http://shop');
    const mode = modes.find(({ name }) => `${name}.localhost` === request.headers.host.split(':')[0]);
    if (!mode || pathname === '/favicon.ico') return response.writeHead(404).end();
    if (pathname === '/gander.min.js') return sendScript(mode, response);
    if (pathname === '/pay') {
      paid.get(mode.name).add(search);
      request.resume();
      return response.writeHead(200).end();
    }
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    if (mode.policy) headers['content-security-policy'] = mode.policy;
    response.writeHead(200, headers).end(pageOf(mode, tagOf(mode, search)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    paid,
    urlOf: (mode, checkout) => `http://${mode.name}.localhost:${port}/?checkout=${checkout}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
};
