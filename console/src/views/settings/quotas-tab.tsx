import type { MerchantSettings, QuotaInfo } from '@gander/collector/api';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { getJson, sendJson } from '../../shell/api-client.ts';
import { may } from '../../shell/session.ts';
import { Problem } from './problem.tsx';
import { useAction } from './use-action.ts';

/** How much a merchant may send. */
export const QuotasTab = ({ merchant }: { merchant: string }): JSX.Element => {
  const data = useSignal<MerchantSettings | undefined>(undefined);
  const said = useSignal('');
  const path = `/merchants/${merchant}`;
  const { problem, act } = useAction(async () => {
    data.value = await getJson<MerchantSettings>(`${path}/settings`);
  });
  useEffect(() => void act(Promise.resolve()), []);
  if (!data.value) return <p class="muted">{problem.value || 'Loading…'}</p>;
  const canSet = may('run', merchant);
  const set = (quota: QuotaInfo, perSecond: number | null): void => {
    said.value = '';
    void act(
      sendJson('PUT', `${path}/quotas/${quota.name}`, { perSecond }).then(() => {
        said.value = `${quota.label}: saved, and in force on every collector within a second.`;
      }),
    );
  };
  return (
    <section class="block">
      <h2>Quotas</h2>
      <p class="muted">
        Beyond a quota pages are told to wait; they keep what they have and send it later. Each collector
        counts for itself, or all together when they share a Redis.
        {!canSet && ' They are set by the owner of the installation.'}
      </p>
      <Problem problem={problem} />
      <div class="quotas">
        {data.value.quotas.map((quota) => (
          <Quota key={`${quota.name} ${quota.perSecond}`} {...{ quota, canSet, set }} />
        ))}
      </div>
      <p role="status">{said.value}</p>
    </section>
  );
};

const Quota = (props: {
  quota: QuotaInfo;
  canSet: boolean;
  set: (quota: QuotaInfo, perSecond: number | null) => void;
}): JSX.Element => {
  const { quota, canSet, set } = props;
  const usual = quota.usual.toLocaleString('en');
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    set(quota, Number(new FormData(event.currentTarget as HTMLFormElement).get('perSecond')));
  };
  return (
    <div class="quota">
      <div>
        <h3>{quota.label}</h3>
        <p class="muted small">{quota.doc}</p>
        <p>
          <strong>{(quota.perSecond ?? quota.usual).toLocaleString('en')} a second</strong>{' '}
          <span class="muted">
            {quota.perSecond === null ? 'as usual' : `of its own; usual is ${usual}`}, counted over{' '}
            {quota.seconds} s
          </span>
        </p>
      </div>
      {canSet && (
        <form class="inline" onSubmit={onSubmit}>
          <input
            name="perSecond"
            type="number"
            required
            min={1}
            max={1_000_000}
            step={1}
            defaultValue={String(quota.perSecond ?? '')}
            placeholder={usual}
            aria-label={`${quota.label} a second`}
          />
          <button type="submit">Set</button>
          {quota.perSecond !== null && (
            <button type="button" class="quiet" onClick={() => set(quota, null)}>
              As usual
            </button>
          )}
        </form>
      )}
    </div>
  );
};
