/** The opt-in module `integrity`, by `<script async src="…/gander.integrity.min.js" data-allow="https://js.stripe.com …">`. */
import { integrityOfPage } from '../integrity/integrity-of-page.ts';

integrityOfPage({ allow: (document.currentScript?.getAttribute('data-allow') ?? '').split(/\s+/) });
