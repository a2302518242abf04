import { DELIVERY, formatPrice } from './catalogue.ts';
import { type Html, html } from './html.ts';

const COUNTRIES: Readonly<Record<string, string>> = {
  AT: 'Austria',
  BE: 'Belgium',
  CH: 'Switzerland',
  DE: 'Germany',
  DK: 'Denmark',
  ES: 'Spain',
  FR: 'France',
  GB: 'United Kingdom',
  IE: 'Ireland',
  IN: 'India',
  IT: 'Italy',
  NL: 'Netherlands',
  PL: 'Poland',
  PT: 'Portugal',
  SE: 'Sweden',
  US: 'United States',
};

/** A labelled box; `attributes` as they stand in the markup. */
export const field = (label: string, attributes: Html, className = ''): Html =>
  html`<label class="field ${className}"><span>${label}</span><input ${attributes}></label>`;

/** Second step: who, where, how fast; and an account, if wished. */
export const addressStep = (): Html => html`<form class="step" id="address" hidden data-gander-step="address">
    <h1>Where shall it go?</h1>
    <fieldset><legend>Contact</legend>
      <div class="grid">
        ${field('E-mail', html`type="email" name="email" autocomplete="email" required`)}
        ${field('Phone', html`type="tel" name="phone" autocomplete="tel" required`)}
      </div>
    </fieldset>
    <fieldset><legend>Delivery address</legend>
      <div class="grid">
        ${field('First name', html`name="given-name" autocomplete="shipping given-name" required`)}
        ${field('Last name', html`name="family-name" autocomplete="shipping family-name" required`)}
        ${field('Street and number', html`name="street" autocomplete="shipping address-line1" required`, 'wide')}
        ${field('Flat, floor, company (optional)', html`name="line2" autocomplete="shipping address-line2"`, 'wide')}
        ${field('Postal code', html`name="postal-code" autocomplete="shipping postal-code" required`)}
        ${field('City', html`name="city" autocomplete="shipping address-level2" required`)}
        <label class="field wide"><span>Country</span><select name="country" autocomplete="shipping country" required>
          <option value="">Choose a country</option>${countryOptions()}
        </select></label>
      </div>
    </fieldset>
    <fieldset class="choices"><legend>Delivery</legend>
      ${choice('standard', 'Standard', 'three to five working days', true)}
      ${choice('express', 'Express', 'tomorrow, before noon', false)}
    </fieldset>
    <label class="field"><span>A word to the packer (optional)</span><textarea name="message" rows="2" maxlength="200"></textarea></label>
    <label class="tick"><input type="checkbox" name="account"> Keep my details in an account</label>
    <div id="account-box" hidden>${field('Choose a password', html`type="password" name="password" autocomplete="new-password" minlength="8"`)}</div>
    <div class="actions">
      <button type="button" class="button secondary" data-back="cart">Back</button>
      <button class="button">Continue to payment</button>
    </div>
  </form>`;

const countryOptions = (): readonly Html[] =>
  Object.entries(COUNTRIES).map(([code, name]) => html`<option value="${code}">${name}</option>`);

const choice = (id: string, name: string, when: string, checked: boolean): Html =>
  html`<label class="choice"><input type="radio" name="delivery" value="${id}"${checked ? html` checked` : undefined}>
      <span><strong>${name}</strong> ${when}</span><span class="price">${formatPrice(DELIVERY[id]!)}</span></label>`;
