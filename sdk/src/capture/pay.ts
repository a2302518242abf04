import { invalid, payPressed, submitted } from '@gander/log-codes/encode';
import type { FieldInfo } from '../mask/create-field-classifier.ts';
import { now } from '../natives.ts';
import { listen } from '../page.ts';
import { facts, later, leave, log, type Signal, since } from '../running.ts';
import { fields } from './fields.ts';
import { fieldOf, targetOf, via } from './targets.ts';

const PAY = '[data-gander-pay]';
/** Classes that only a payment asks for: card number, security code, expiry, bank account, payment frame. */
const PAYMENT_CLASSES = [1, 2, 3, 8, 29];

/** Fields of a form that are looked at while its button waits for us: so many cost a few ms once. Longer forms say that they pay. */
const MAX_LOOKED_AT = 100;

/** The pay button that an element is or lies in. */
export const payButtonOf = (element: Element): Element | null | undefined => element.closest?.(PAY);

/** Whether that form is the one that pays: it says so, holds the pay button, or asks for what only a payment asks for. */
const pays = (form: Element): boolean =>
  !!form.closest('[data-gander-step=payment]') ||
  !!form.querySelector(PAY) ||
  [...form.querySelectorAll('input,select,iframe')]
    .slice(0, MAX_LOOKED_AT)
    .some((element) => PAYMENT_CLASSES.includes(fields().of(element).field));

/**
 * The pay button (code 250), the submission of the payment form (110), and what its validation refused (251). Nothing is ever delayed:
 * all listeners are passive.
 */
export const pay: Signal = () => {
  let presses = 0;
  let refused: Element[] = [];
  let refusedAt = 0;
  let clickAt = -1e9;

  listen('click', (event) => {
    const target = targetOf(event);
    if (!event.isTrusted) return;
    clickAt = now();
    const form = target.closest?.('button:not([type]),[type=submit],[type=image]')?.closest('form');
    if (payButtonOf(target) || (form && !document.querySelector(PAY) && pays(form)))
      log(payPressed({ via: via(), press_no: ++presses, since_ready_ms: since(facts.readyAt) }));
  });
  listen('submit', (event) => {
    if (!pays(event.target as Element)) return;
    facts.visits?.end();
    log(submitted({ via: via(), since_ready_ms: since(facts.readyAt) }));
    // Not now: the page's own listeners come next, and they shall not wait for us. A page that is gone by then was left, which sends too.
    later(leave, 0);
  });
  listen('invalid', (event) => {
    const element = fieldOf(event);
    // Pages that validate while a person types must not count the keys: once a click, and only right after it.
    if (!element || now() - clickAt > 1_000 || refusedAt === clickAt) return;
    if (refused.length < MAX_LOOKED_AT && refused.push(element) < 2)
      later(() => {
        refusedAt = clickAt;
        // Boxes of one secret have one number: how many of them are empty would tell how many are not.
        let info: FieldInfo | undefined;
        const numbers = new Set(
          refused.map((box) => {
            info = fields().look(box, info);
            return info.field_no;
          }),
        );
        const { field, field_no } = fields().of(element);
        log(invalid({ field, field_no, fields: numbers.size }));
        refused = [];
      }, 0);
  });
};
