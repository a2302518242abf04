import { createServer } from 'node:http';

// biome-ignore format: one row is one field
const ADDRESS = [
  ['email', 'email', 'E-mail', 'email'], ['name', 'text', 'Full name', 'name'], ['phone', 'tel', 'Phone', 'tel'],
  ['street', 'text', 'Street and number', 'street-address'], ['city', 'text', 'City', 'address-level2'],
  ['zip', 'text', 'Postcode', 'postal-code'], ['company', 'text', 'Company', 'organization'],
];
// biome-ignore format: one row is one field
const BILLING = [
  ['billing-name', 'text', 'Name on the invoice', 'billing name'], ['billing-street', 'text', 'Street and number of the invoice', 'billing street-address'],
  ['billing-city', 'text', 'City of the invoice', 'billing address-level2'], ['billing-zip', 'text', 'Postcode of the invoice', 'billing postal-code'],
  ['message', 'text', 'Message to the shop', 'off'],
];
// biome-ignore format: one row is one field
const PAYMENT = [
  ['card', 'text', 'Card number', 'cc-number'], ['expiry', 'text', 'Expiry date', 'cc-exp'],
  ['csc', 'text', 'Security code', 'cc-csc'], ['holder', 'text', 'Name on card', 'cc-name'], ['coupon', 'text', 'Coupon', 'off'],
];
/** Ids of the text fields, as they stand on the page. */
export const FIELDS = [...ADDRESS, ...BILLING, ...PAYMENT].map(([id]) => id);

const field = ([id, type, label, autocomplete]) =>
  `<label for="${id}">${label}<br><input id="${id}" name="${id}" type="${type}" autocomplete="${autocomplete}" placeholder="${label}"></label>`;

/** A checkout on one page, with a little work of its own on each input, as shops have. */
const checkoutPage = ({ script, attributes, init, before }) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Checkout</title>
<style>body{font:14px sans-serif;max-width:720px;margin:20px auto}label{display:block;margin:6px 0}input,select{width:320px;padding:4px}.bad{border-color:red}</style>
${before ? `<script>${before}</script>` : ''}
</head><body><header><h1>Demo shop</h1><nav><a href="#cart">Cart</a> <a href="#help">Help</a></nav></header>
<form id="form" onsubmit="event.preventDefault()">
<section data-gander-step="address">${ADDRESS.map(field).join('\n')}
<label for="country">Country<br><select id="country" name="country"><option>DE<option>FR<option>IN<option>PL</select></label></section>
<section data-gander-step="billing">${BILLING.map(field).join('\n')}</section>
<section data-gander-step="payment">${PAYMENT.map(field).join('\n')}
<label><input type="checkbox" id="terms" name="terms" style="width:auto"> I accept the terms</label>
<button id="pay" data-gander-pay>Pay 42.00</button></section></form>
<table>${Array.from({ length: 12 }, (_, i) => `<tr><td>Item ${i}</td><td>${(i * 3.5 + 1).toFixed(2)}</td></tr>`).join('')}</table>
<script>
const card = document.getElementById('card');
card.addEventListener('input', () => card.classList.toggle('bad', card.value.replace(/\\D/g, '').length % 4 !== 0));
</script>
${script ? `<script src="${script}" ${attributes ?? ''}></script>` : ''}
${init ? `<script src="${init}"></script>` : ''}
</body></html>`;

/**
 * Starts the shop: every host serves the checkout page of the contestant or trial it is named after.
 * @param {(host: string, query: URLSearchParams) => { script?: Buffer, attributes?: string, init?: string, before?: string } | undefined} pageOf
 */
export const startShop = async (pageOf) => {
  const server = createServer((request, response) => {
    const { pathname, search, searchParams } = new URL(request.url, 'http://shop');
    const page = pageOf(request.headers.host.split(':')[0], searchParams);
    const send = (type, body) =>
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
    if (!page || pathname === '/favicon.ico') return response.writeHead(404).end();
    if (pathname === '/sdk.js') return send('text/javascript', page.script);
    if (pathname === '/start.js') return send('text/javascript', page.init);
    if (pathname !== '/checkout') return send('text/html', '<!doctype html><title>Elsewhere</title>');
    // A query makes each load's scripts new to every cache.
    return send(
      'text/html',
      checkoutPage({
        ...page,
        script: page.script && `/sdk.js${search}`,
        init: page.init && `/start.js${search}`,
      }),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    urlOf: (host, path = '/checkout') => `http://${host}:${port}${path}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
};
