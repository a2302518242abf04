import { addressStep } from './address-step.ts';
import { DELIVERY, formatPrice, PRODUCTS, type Product, totalsOf } from './catalogue.ts';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';
import { paymentStep } from './payment-step.ts';

/** What the page is to show, and how Gander comes onto it: by script tag, from npm, or not at all. */
export interface CheckoutPage {
  readonly order: string;
  readonly script?: {
    readonly src: string;
    readonly integrity?: string;
    readonly attributes: { readonly grant: string; readonly collector: string; readonly page: string };
  };
  /** What `gander.init` is given. */
  readonly npm?: Readonly<Record<string, string>>;
}

/** The checkout: cart, address and payment on one page, a summary beside them. */
export const checkoutPage = (page: CheckoutPage): Html =>
  layout(
    'Checkout',
    body(page),
    html`${scriptTag(page)}<script type="module" src="/assets/checkout.js"></script>`,
  );

/** All that a shop has to add. */
const scriptTag = ({ script, npm }: CheckoutPage): Html => {
  if (script) {
    const { src, integrity, attributes } = script;
    const sri = integrity ? html` integrity="${integrity}" crossorigin="anonymous"` : html``;
    return html`<script async src="${src}"${sri} data-grant="${attributes.grant}" data-collector="${attributes.collector}" data-page="${attributes.page}"></script>\n`;
  }
  if (npm) {
    return html`<script type="module" src="/assets/npm.js" id="gander-npm" data-settings="${JSON.stringify(npm)}"></script>\n`;
  }
  return html``;
};

const STEPS = ['Cart', 'Address', 'Payment'];

const body = ({ order }: CheckoutPage): Html => html`<main class="page checkout" data-order="${order}">
  <div class="steps">
    <ol class="trail" aria-label="Steps of the checkout">
      ${STEPS.map((name, i) => html`<li${i === 0 ? html` aria-current="step"` : undefined}><span>${i + 1}</span> ${name}</li>`)}
    </ol>
    ${cartStep()}
    ${addressStep()}
    ${paymentStep()}
    ${doneStep(order)}
  </div>
  ${summary(order)}
</main>`;

const cartStep = (): Html => html`<form class="step" id="cart" data-gander-step="cart">
  <h1>Your cart</h1>
  <ul class="lines">${PRODUCTS.map(cartLine)}</ul>
  <div class="coupon">
    <label class="field"><span>Coupon</span><input name="coupon" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="GOOSE10"></label>
    <button type="button" class="button secondary" id="apply-coupon">Apply</button>
  </div>
  <p class="note" id="coupon-note" role="status"></p>
  <div class="actions"><button class="button">Continue to address</button></div>
</form>`;

const cartLine = ({ id, name, detail, picture, price, quantity }: Product): Html => html`<li class="line">
    <img src="/assets/${picture}" width="84" height="84" alt="">
    <div class="what"><strong>${name}</strong><span>${detail}</span><span class="price">${formatPrice(price)}</span></div>
    <label class="quantity"><span class="unseen">Quantity of ${name}</span>
      <input type="number" name="quantity-${id}" data-product="${id}" min="0" max="20" value="${quantity}" inputmode="numeric" autocomplete="off" required></label>
  </li>`;

const doneStep = (
  order: string,
): Html => html`<section class="step done" id="done" hidden tabindex="-1" data-gander-step="done">
    <img src="/assets/mark.svg" width="72" height="72" alt="">
    <h1>Thank you!</h1>
    <p>Your order <strong>${order}</strong> is paid and on its way to being packed.</p>
    <p><a class="button secondary" href="/">Start another order</a></p>
  </section>`;

const summary = (order: string): Html => {
  const quantities = Object.fromEntries(PRODUCTS.map((p) => [p.id, p.quantity]));
  const { goods, discount, delivery, total } = totalsOf(quantities, 0, Object.keys(DELIVERY)[0]!);
  const row = (id: string, label: string, cents: number) =>
    html`<div class="row" id="${id}"><dt>${label}</dt><dd>${formatPrice(cents)}</dd></div>`;
  return html`<aside class="summary" aria-label="Summary of the order">
    <h2>Summary</h2>
    <dl>${row('sum-goods', 'Goods', goods)}${row('sum-discount', 'Discount', -discount)}${row('sum-delivery', 'Delivery', delivery)}
    <div class="row total" id="sum-total"><dt>Total</dt><dd>${formatPrice(total)}</dd></div></dl>
    <p class="order">Order ${order}</p>
  </aside>`;
};
