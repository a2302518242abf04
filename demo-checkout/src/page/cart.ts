import { discountOf, formatPrice, type Totals, totalsOf } from '../catalogue.ts';
import { byId, input } from './elements.ts';

/** Keeps the summary in step with cart, coupon and delivery; returns what the order costs now. */
export const startCart = (): (() => Totals) => {
  const cart = byId<HTMLFormElement>('cart');
  const address = byId<HTMLFormElement>('address');
  let percent = 0;

  const totals = () => {
    const boxes = cart.querySelectorAll<HTMLInputElement>('[data-product]');
    const quantities = Object.fromEntries(
      [...boxes].map((box) => [box.dataset.product, box.valueAsNumber || 0]),
    );
    return totalsOf(quantities, percent, input(address, 'delivery').value);
  };
  const show = () => {
    const { goods, discount, delivery, total } = totals();
    showPrice('sum-goods', goods);
    showPrice('sum-discount', -discount);
    showPrice('sum-delivery', delivery);
    showPrice('sum-total', total);
    byId('sum-discount').hidden = discount === 0;
    byId('pay-amount').textContent = formatPrice(total);
  };

  byId('apply-coupon').addEventListener('click', () => {
    const coupon = input(cart, 'coupon').value;
    percent = discountOf(coupon);
    byId('coupon-note').textContent =
      percent > 0 ? `${percent} % off the goods.` : 'We do not know this coupon.';
    show();
  });
  cart.addEventListener('input', show);
  address.addEventListener('input', show);
  show();
  return totals;
};

const showPrice = (id: string, cents: number) => {
  byId(id).querySelector('dd')!.textContent = formatPrice(cents);
};
