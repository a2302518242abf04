import { type Html, html } from './html.ts';

/** The shop's frame around every page. */
export const layout = (title: string, body: Html, head?: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Pond &amp; Field</title>
<link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/checkout.css">
${head}
</head>
<body>
<header class="masthead">
  <a class="brand" href="/"><img src="/assets/mark.svg" width="34" height="34" alt=""> Pond &amp; Field</a>
  <a class="quiet" href="/delivery-and-returns">Delivery &amp; returns</a>
</header>
${body}
<footer class="foot">Pond &amp; Field is a demo shop: nothing is sold, and no card is charged.</footer>
</body>
</html>`;
