import type { IntegrationAnswer, TransactionSummary, TransactionsAnswer } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { getJson } from '../../shell/api-client.ts';
import { ago, count } from '../../shell/format.ts';
import { timelinePath } from '../../shell/paths.ts';
import { GRANT_RECIPES } from './grant-recipes.ts';
import { Copyable } from './secret.tsx';

/** What a merchant's developers need, filled in; and whether it works. */
export const IntegrationPage = ({ merchant }: { merchant: string }): JSX.Element => {
  const data = useSignal<IntegrationAnswer | undefined>(undefined);
  const language = useSignal(0);
  useEffect(() => {
    getJson<IntegrationAnswer>(`/merchants/${merchant}/integration`)
      .then((answer) => (data.value = answer))
      .catch(() => undefined);
  }, [merchant]);
  const d = data.value;
  if (!d) return <p class="muted">Loading…</p>;
  const origin = d.origins[0];
  const tag = `<script async src="${d.sdkUrl}"\n  integrity="${d.integrity}"\n  crossorigin="anonymous"\n  data-grant="gr1.…" data-page="checkout"></script>`;
  const recipe = GRANT_RECIPES[language.value]!;
  return (
    <div class="integration">
      <LiveCheck merchant={merchant} />
      {!origin && (
        <p class="warning" role="status">
          No origin may send yet: <a href={`/settings/${merchant}`}>add the checkout’s origin</a> first.
        </p>
      )}
      <section class="block">
        <h2>1. The script tag</h2>
        <p class="muted">
          In the head of every page of the checkout, with the grant of step 2 in it. The browser refuses the
          script if a byte of it was changed.
        </p>
        <Copyable text={tag} />
        {d.siteKey && (
          <details>
            <summary>Without a server of your own: by site key (assurance A1)</summary>
            <p class="muted small">
              Anyone can copy a site key: use it to try Gander, or where there is no server.
            </p>
            <Copyable text={tag.replace('data-grant="gr1.…"', `data-key="${d.siteKey}"`)} />
          </details>
        )}
      </section>
      <section class="block">
        <h2>2. The grant</h2>
        <p class="muted">
          Your server prints one into each page, for the order that is being paid: it proves that the page is
          yours. It needs a <a href={`/settings/${merchant}`}>secret key</a> in <code>GANDER_SECRET_KEY</code>
          , and is good for ten minutes. Each of these recipes is run by Gander’s own tests.
        </p>
        <div class="segmented">
          {GRANT_RECIPES.map((r, i) => (
            <button
              key={r.language}
              type="button"
              aria-pressed={language.value === i}
              onClick={() => (language.value = i)}
            >
              {r.language}
            </button>
          ))}
        </div>
        <Copyable text={recipe.code.replaceAll('https://shop.example', origin ?? 'https://shop.example')} />
      </section>
      <section class="block">
        <h2>3. Your content security policy</h2>
        <p class="muted">Add these two sources to the policy of the checkout’s pages, when they have one.</p>
        <Copyable text={`script-src ${d.collectorUrl}; connect-src ${d.collectorUrl}`} />
      </section>
      <section class="block">
        <h2>4. Your PCI DSS script inventory</h2>
        <p class="muted">
          Requirement 6.4.3 wants each script of a payment page listed with its purpose and its integrity. A
          line for yours:
        </p>
        <Inventory lines={inventoryOf(d)} />
      </section>
    </div>
  );
};

const inventoryOf = (d: IntegrationAnswer): readonly (readonly [name: string, value: string])[] => [
  ['Script', d.sdkUrl],
  ['Version', d.sdkVersion],
  ['Integrity', d.integrity],
  ['Purpose', 'behavioural telemetry against fraud: how the payment form is filled in'],
  ['Data', 'no field values, no keys, no card data; counts and times (docs/privacy.md)'],
  ['Sends to', d.collectorUrl],
  ['Authorised by', '…'],
  ['Date', '…'],
];

/** A list, so that long values wrap beside their names or, on a phone, below them; copied as lines of text. */
const Inventory = ({ lines }: { lines: ReturnType<typeof inventoryOf> }): JSX.Element => (
  <Copyable text={lines.map(([name, value]) => `${name.padEnd(15)}${value}`).join('\n')}>
    <dl class="inventory mono">
      {lines.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  </Copyable>
);

/** Watches for a log that was not there when the page was opened. No clock is asked: those of browser and server may differ. */
const LiveCheck = ({ merchant }: { merchant: string }): JSX.Element => {
  const seen = useSignal<TransactionSummary | undefined>(undefined);
  const newest = useSignal<TransactionSummary | undefined>(undefined);
  useEffect(() => {
    let before: string | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const look = async (): Promise<void> => {
      const answer = await getJson<TransactionsAnswer>(`/transactions?merchant=${merchant}&limit=1`).catch(
        () => undefined,
      );
      const [first] = answer?.transactions ?? [];
      const now = first ? `${first.transaction} ${first.logs}` : '';
      if (answer) {
        before ??= now;
        newest.value = first;
        if (first && now !== before) seen.value = first;
      }
      if (!stopped) timer = setTimeout(() => void look(), 1500);
    };
    void look();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [merchant]);
  const t = seen.value;
  return (
    <div class={t ? 'check check-on' : 'check'}>
      <h2>Is it working?</h2>
      {/* Said once, and not again with every log: how long ago is beside it. */}
      <p role="status">
        {t ? (
          <>
            Yes: logs of{' '}
            <a href={timelinePath(t.merchant, t.transaction)}>
              {t.transaction.startsWith('~') ? t.transaction.slice(0, 9) : t.transaction}
            </a>{' '}
            arrive, {t.assurance === 1 ? 'by site key (A1)' : 'by grant (A2)'}.
          </>
        ) : (
          <>
            <span class="pulse" aria-hidden="true" /> Waiting for a log: open a page of the checkout now.
          </>
        )}
      </p>
      <p class="muted small">
        {t && `${count(t.logs, 'log')}, the last ${ago(Date.now() - t.lastMs)}.`}
        {!t && newest.value && `The last one came ${ago(Date.now() - newest.value.lastMs)}.`}
        {!t &&
          ' Nothing? Is the page’s origin listed, is the script in its head, does its console show a blocked request?'}
      </p>
    </div>
  );
};
