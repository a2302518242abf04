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
  const origin = d.origins[0] ?? 'https://shop.example';
  const tag = `<script async src="${d.sdkUrl}"\n  integrity="${d.integrity}" crossorigin="anonymous"\n  data-grant="gr1.…" data-page="checkout"></script>`;
  return (
    <>
      <LiveCheck merchant={merchant} />
      <section class="block">
        <h2>1. The script tag</h2>
        <p class="muted">
          In the head of every page of the checkout. The browser refuses the script if a byte of it was
          changed.
        </p>
        <Copyable text={tag} />
        {d.siteKey && (
          <details>
            <summary>Without a server of your own: by site key (assurance A1)</summary>
            <Copyable text={tag.replace('data-grant="gr1.…"', `data-key="${d.siteKey}"`)} />
          </details>
        )}
      </section>
      <section class="block">
        <h2>2. The grant</h2>
        <p class="muted">
          Your server prints one into each page, for the order that is being paid. Origin: {origin}
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
        <Copyable text={GRANT_RECIPES[language.value]!.code.replace('ORIGIN', origin)} />
      </section>
      <section class="block">
        <h2>3. Your content security policy</h2>
        <Copyable text={`script-src ${d.collectorUrl}; connect-src ${d.collectorUrl}`} />
      </section>
      <section class="block">
        <h2>For your PCI DSS script inventory (6.4.3)</h2>
        <Copyable
          text={`Script: ${d.sdkUrl} (version ${d.sdkVersion})\nIntegrity: ${d.integrity}\nPurpose: behavioural telemetry against fraud: how the payment form is filled in\nData: no field values, no keys, no card data; counts and times as in docs/privacy.md\nAuthorised by: …    Date: …`}
        />
      </section>
    </>
  );
};

/** Watches for logs of this merchant from now on. */
const LiveCheck = ({ merchant }: { merchant: string }): JSX.Element => {
  const seen = useSignal<TransactionSummary | undefined>(undefined);
  const newest = useSignal<TransactionSummary | undefined>(undefined);
  useEffect(() => {
    const since = Date.now() - 60_000;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const look = async (): Promise<void> => {
      const answer = await getJson<TransactionsAnswer>(`/transactions?merchant=${merchant}&limit=1`).catch(
        () => undefined,
      );
      const first = answer?.transactions[0];
      if (first) {
        newest.value = first;
        if (first.lastMs >= since) seen.value = first;
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
    <div class={t ? 'check check-on' : 'check'} role="status">
      <h2>Is it working?</h2>
      {t ? (
        <p>
          Yes. <a href={timelinePath(t.merchant, t.transaction)}>{t.transaction}</a>: {count(t.logs, 'log')},
          the last {ago(Date.now() - t.lastMs)}
          {t.assurance === 1 ? ', by site key (A1)' : ', by grant (A2)'}.
        </p>
      ) : (
        <p>
          <span class="pulse" aria-hidden="true" /> Waiting for a log: open a page of the checkout, now.
          {newest.value && (
            <span class="muted"> The last one came {ago(Date.now() - newest.value.lastMs)}.</span>
          )}
        </p>
      )}
    </div>
  );
};
