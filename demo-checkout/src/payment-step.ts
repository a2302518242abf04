import { field } from './address-step.ts';
import { type Html, html } from './html.ts';

const TEST_CARDS: readonly (readonly [string, string])[] = [
  ['4242 4242 4242 4242', 'approved'],
  ['4000 0025 0000 3155', 'asks for a code: any six digits'],
  ['4000 0000 0000 0002', 'declined by the bank'],
  ['4000 0000 0000 9995', 'declined, not enough money'],
];

/** Third step: the card, and the bank's one-time code if it asks for one. */
export const paymentStep = (): Html => html`<form class="step" id="payment" hidden data-gander-step="payment">
    <h1>Payment</h1>
    <p class="alert" id="declined" role="alert" hidden></p>
    <fieldset class="card"><legend>Card</legend>
      <div class="grid four">
        ${field('Card number', html`name="cardnumber" autocomplete="cc-number" inputmode="numeric" maxlength="23" placeholder="0000 0000 0000 0000" required`, 'wide')}
        ${field('Expiry', html`name="exp-date" autocomplete="cc-exp" inputmode="numeric" maxlength="7" placeholder="MM / YY" pattern="(0[1-9]|1[0-2]) ?/ ?[0-9]{2}" required`, 'half')}
        ${field('Security code', html`name="cvc" autocomplete="cc-csc" inputmode="numeric" maxlength="4" placeholder="CVC" pattern="[0-9]{3,4}" required`, 'half')}
        ${field('Name on card', html`name="ccname" autocomplete="cc-name" required`, 'wide')}
      </div>
    </fieldset>
    <label class="tick"><input type="checkbox" name="terms" required> I accept the terms of sale</label>
    <div class="actions">
      <button type="button" class="button secondary" data-back="address">Back</button>
      <button class="button pay" id="pay" data-gander-pay>Pay <span id="pay-amount"></span></button>
    </div>
    <details class="hint"><summary>Cards to try</summary>
      <ul>${TEST_CARDS.map(([number, what]) => html`<li><code>${number}</code> ${what}</li>`)}</ul>
      <p>Any expiry to come, any code.</p>
    </details>
  </form>
  <dialog id="bank" aria-labelledby="bank-title">
    <form id="code-form" method="dialog">
      <h2 id="bank-title">Your bank wants to be sure</h2>
      <p>We have sent a code to your phone. It is valid for five minutes.</p>
      ${field('One-time code', html`name="one-time-code" autocomplete="one-time-code" inputmode="numeric" maxlength="6" pattern="[0-9]{6}" required`)}
      <div class="actions"><button type="button" class="button secondary" id="cancel-code">Cancel</button><button class="button" id="send-code">Confirm</button></div>
    </form>
  </dialog>`;
