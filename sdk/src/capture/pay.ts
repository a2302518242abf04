import { invalid, payPressed, submitted } from '@gander/log-codes/encode';
import { type Context, fieldOf, targetOf, viaOf } from './context.ts';
import type { FieldVisits } from './field-visits.ts';

const PAY = '[data-gander-pay]';
/** Classes that only a payment asks for: card number, security code, expiry, bank account, payment frame. */
const PAYMENT_CLASSES = [1, 2, 3, 8, 29];

/** The pay button that an element is or lies in. */
export const payButtonOf = (element: Element): Element | null | undefined => element.closest?.(PAY);

/**
 * The pay button (code 250), the submission of the payment form (110), and what its validation refused (251). Nothing is ever delayed:
 * all listeners are passive.
 */
export const capturePay = (context: Context, visits: FieldVisits): void => {
  const { page, fields, log, now } = context;
  let presses = 0;
  let refusals = 0;
  let refusedAt = 0;

  /** Whether that form is the one that pays: it says so, holds the pay button, or asks for what only a payment asks for. */
  const pays = (form: Element): boolean =>
    !!form.closest('[data-gander-step=payment]') ||
    !!form.querySelector(PAY) ||
    [...form.querySelectorAll('input,select,iframe')].some((element) =>
      PAYMENT_CLASSES.includes(fields.of(element).fieldClass),
    );

  page.listen('click', (event) => {
    const target = targetOf(event);
    if (!event.isTrusted) return;
    const form = target.closest?.('button:not([type]),[type=submit],[type=image]')?.closest('form');
    if (payButtonOf(target) || (form && !document.querySelector(PAY) && pays(form)))
      log(payPressed({ via: viaOf(context), press_no: ++presses, since_ready_ms: context.sinceReady() }));
  });
  page.listen('submit', (event) => {
    if (!pays(event.target as Element)) return;
    visits.end();
    log(submitted({ via: viaOf(context), since_ready_ms: context.sinceReady() }));
    context.leave();
  });
  page.listen('invalid', (event) => {
    const element = fieldOf(event);
    // Pages that validate while a person types must not count the keys: once a click, and only right after it.
    if (!element || now() - context.clickAt > 1_000 || refusedAt === context.clickAt) return;
    if (!refusals++)
      context.setTimeout(() => {
        refusedAt = context.clickAt;
        const { fieldClass: field, fieldNo: field_no } = fields.of(element);
        log(invalid({ field, field_no, fields: refusals }));
        refusals = 0;
      }, 0);
  });
};
