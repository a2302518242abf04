/** Adapters for payment fields that live in a payment provider's own frames: their libraries say when they are entered and left. */
import { FIELD_CLASS, type FieldClassName } from '@gander/log-codes/encode';
import type { Gander } from '../gander.ts';

/** What Stripe Elements, Braintree, Checkout.com and others have in common: an emitter of `focus` and `blur`. */
export interface HostedField {
  on(type: 'focus' | 'blur', listener: (event: unknown) => void): unknown;
}

/** What is told of frames: `gander` of every entry. */
export type FrameReceiver = Pick<Gander, 'frame'>;

/**
 * Tells the SDK when a hosted field is entered and left (codes 350 and 351). Nothing else of the provider's event is read.
 * @param gander the SDK
 * @param field e.g. a Stripe element
 * @param container the element on this page that the field was mounted into
 * @param fieldClass what the field asks for; default `frame`
 * @example
 * const number = elements.create('cardNumber'); number.mount('#number');
 * watchHostedField(gander, number, document.querySelector('#number'), 'card-number');
 */
export const watchHostedField = (
  gander: FrameReceiver,
  field: HostedField,
  container: Element,
  fieldClass: FieldClassName = 'frame',
): void => {
  field.on('focus', () => gander.frame(container, FIELD_CLASS[fieldClass], true));
  field.on('blur', () => gander.frame(container, FIELD_CLASS[fieldClass], false));
};
