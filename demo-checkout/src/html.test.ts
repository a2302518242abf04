import { expect, test } from 'vitest';
import { html } from './html.ts';

test('escapes text, also in attributes', () => {
  const evil = `"><script>alert('x')</script>&`;
  expect(html`<a title="${evil}">${evil}</a>`.html).toBe(
    '<a title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</a>',
  );
});

test('keeps markup, lists of it, numbers, and leaves out what is undefined', () => {
  expect(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}</ul>${undefined}`.html).toBe(
    '<ul><li>1</li><li>2</li></ul>',
  );
});
