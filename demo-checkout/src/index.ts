export { createDemoCheckout, type DemoCheckoutOptions } from './create-demo-checkout.ts';
