import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

/** A second page without Gander: somewhere to go and come back from. */
export const informationPage = (): Html =>
  layout(
    'Delivery & returns',
    html`<main class="page prose">
  <h1>Delivery &amp; returns</h1>
  <p>Standard delivery takes three to five working days, express delivery comes tomorrow.</p>
  <p>Whatever does not please you goes back within thirty days, at our cost.</p>
  <p><a class="button" href="/">Back to checkout</a></p>
</main>`,
  );
