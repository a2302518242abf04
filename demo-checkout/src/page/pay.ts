import type { DeclineReason, PaymentAnswer } from '../payment.ts';
import { byId, input } from './elements.ts';
import { reportOutcome } from './gander.ts';

/** Sends the payment, asks for the bank's code where it wants one, and shows how it ended. */
export const startPay = (whenPaid: () => void): void => {
  const form = byId<HTMLFormElement>('payment');
  const bank = byId<HTMLDialogElement>('bank');
  const codeForm = byId<HTMLFormElement>('code-form');

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const number = input(form, 'cardnumber').value;
    void ask('/pay', { number }, byId('pay')).then(conclude);
  });
  codeForm.addEventListener('submit', (event) => {
    event.preventDefault();
    const code = input(codeForm, 'one-time-code').value;
    void ask('/pay/code', { code }, byId('send-code')).then((answer) => {
      bank.close();
      codeForm.reset();
      conclude(answer);
    });
  });
  const cancel = () => decline('cancelled', 'You stopped the payment.');
  bank.addEventListener('cancel', cancel);
  byId('cancel-code').addEventListener('click', () => {
    bank.close();
    cancel();
  });

  const conclude = (answer: PaymentAnswer) => {
    if (answer.status === 'code') return bank.showModal();
    if (answer.status === 'declined') return decline(answer.reason, answer.message);
    reportOutcome('approved');
    whenPaid();
  };
  const decline = (reason: DeclineReason, message: string) => {
    reportOutcome('declined', reason);
    const alert = byId('declined');
    alert.textContent = message;
    alert.hidden = false;
    alert.scrollIntoView({ block: 'nearest' });
  };
};

const FAILED: PaymentAnswer = {
  status: 'declined',
  reason: 'technical',
  message: 'We could not reach the bank. Nothing was charged; please try again.',
};

const ask = async (
  url: string,
  body: Readonly<Record<string, string>>,
  button: HTMLElement,
): Promise<PaymentAnswer> => {
  byId('declined').hidden = true;
  button.setAttribute('disabled', '');
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.ok ? await response.json() : FAILED;
  } catch {
    return FAILED;
  } finally {
    button.removeAttribute('disabled');
  }
};
