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

/** So long a form is looked at while its button waits for us; fields that were visited take none of it. Longer forms say that they pay. */
const MAX_LOOK_MS = 6;
/** A press and the submission it brings about have one look. */
const SAME_PRESS_MS = 1_000;
/** Refused fields that are counted. */
const MAX_REFUSED = 100;

/** The pay button that an element is or lies in. */
export const payButtonOf = (element: Element): Element | null | undefined => element.closest?.(PAY);

/** Whether that form is the one that pays: it says so, holds the pay button, or asks for what only a payment asks for. */
const isPayment = (form: Element): boolean => {
  const until = now() + MAX_LOOK_MS;
  return (
    !!form.closest('[data-gander-step=payment]') ||
    !!form.querySelector(PAY) ||
    // What only a payment asks for is asked for last.
    [...form.querySelectorAll('input,select,iframe')]
      .reverse()
      .some((element) => PAYMENT_CLASSES.includes(fields().peek(element, now() < until)))
  );
};

/**
 * The pay button (code 250), the submission of the payment form (110), and what its validation refused (251). Nothing is ever delayed:
 * all listeners are passive.
 */
export const pay: Signal = () => {
  let presses = 0;
  let refused: Element[] = [];
  let refusedAt = 0;
  let clickAt = -1e9;
  let lookedAt = -1e9;
  let form: Element | undefined;
  let answer = false;
  const pays = (element: Element): boolean => {
    if (element !== form || now() - lookedAt > SAME_PRESS_MS) {
      form = element;
      answer = isPayment(element);
      lookedAt = now();
    }
    return answer;
  };

  listen('click', (event) => {
    const target = targetOf(event);
    if (!event.isTrusted) return;
    clickAt = now();
    const its = target.closest?.('button:not([type]),[type=submit],[type=image]')?.closest('form');
    if (payButtonOf(target) || (its && !document.querySelector(PAY) && pays(its)))
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
    if (refused.length < MAX_REFUSED && refused.push(element) < 2)
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
