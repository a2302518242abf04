import { payPressed, submitted } from '@gander/log-codes/encode';
import { type Context, ms, viaAt } from './context.ts';
import type { FieldVisits } from './field-visits.ts';

const PAY = '[data-gander-pay]';
const SUBMIT = 'button:not([type]),[type=submit],[type=image]';
/** Classes that only a payment asks for: card number, security code, expiry, bank account, payment frame. */
const PAYMENT_CLASSES = [1, 2, 3, 8, 29];

/** The pay button (code 250) and the submission of the payment form (110). Neither is ever delayed: both listeners are passive. */
export const capturePay = (context: Context, visits: FieldVisits): void => {
  const { page, fields, log } = context;
  let presses = 0;
  const since = (): number => ms(context.now() - context.readyAt);

  /** Whether that form is the one that pays: it says so, holds the pay button, or asks for what only a payment asks for. */
  const pays = (form: Element): boolean =>
    !!form.closest('[data-gander-step=payment]') ||
    !!form.querySelector(PAY) ||
    [...form.querySelectorAll('input,select,iframe')].some((element) =>
      PAYMENT_CLASSES.includes(fields.of(element).fieldClass),
    );

  page.listen('click', (event) => {
    const target = event.composedPath()[0] as Element;
    if (!event.isTrusted || !target.closest) return;
    const form = target.closest(SUBMIT)?.closest('form');
    if (target.closest(PAY) || (form && !document.querySelector(PAY) && pays(form)))
      log(
        payPressed({
          via: viaAt(context, event.timeStamp),
          press_no: ++presses,
          since_ready_ms: since(),
        }),
      );
  });
  page.listen('submit', (event) => {
    if (!pays(event.target as Element)) return;
    visits.end(event.timeStamp);
    log(submitted({ via: viaAt(context, event.timeStamp), since_ready_ms: since() }));
    context.leave();
  });
};
