/** What the shop sells; prices in cents. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly picture: string;
  readonly price: number;
  readonly quantity: number;
}

export const PRODUCTS: readonly Product[] = [
  {
    id: 'kettle',
    name: 'Enamel kettle',
    detail: 'Forest green, 1.2 litres',
    picture: 'kettle.svg',
    price: 3900,
    quantity: 1,
  },
  {
    id: 'blanket',
    name: 'Merino blanket',
    detail: 'Oatmeal, 130 × 180 cm',
    picture: 'blanket.svg',
    price: 8900,
    quantity: 1,
  },
  {
    id: 'candles',
    name: 'Beeswax candles',
    detail: 'Set of four',
    picture: 'candles.svg',
    price: 1450,
    quantity: 2,
  },
];

/** Coupon → percent off. */
const COUPONS: Readonly<Record<string, number>> = { GOOSE10: 10, POND20: 20 };

/** Percent off for a coupon, 0 for one that is not known. */
export const discountOf = (coupon: string): number =>
  Object.hasOwn(COUPONS, coupon.trim().toUpperCase()) ? COUPONS[coupon.trim().toUpperCase()]! : 0;

/** Delivery → cents. */
export const DELIVERY: Readonly<Record<string, number>> = { standard: 490, express: 1290 };

/** What an order costs, in cents. */
export interface Totals {
  readonly goods: number;
  readonly discount: number;
  readonly delivery: number;
  readonly total: number;
}

/**
 * Adds an order up; the page and the server do it with the same function, the server's word counts.
 * @param quantities product id → how many
 * @param percent discount on the goods, 0 to 100
 */
export const totalsOf = (
  quantities: Readonly<Record<string, number>>,
  percent: number,
  delivery: string,
): Totals => {
  const goods = PRODUCTS.reduce((sum, { id, price }) => sum + price * (quantities[id] ?? 0), 0);
  const discount = Math.round((goods * percent) / 100);
  const shipping = goods > 0 ? (DELIVERY[delivery] ?? DELIVERY.standard!) : 0;
  return { goods, discount, delivery: shipping, total: goods - discount + shipping };
};

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

/** Cents as a price. @example formatPrice(3900) // "€39.00" */
export const formatPrice = (cents: number): string => euros.format(cents / 100);
