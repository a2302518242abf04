import type { AggregatesAnswer, Intake, Totals } from '@gander/collector/api';
import type { JSX } from 'preact';
import { attributeText, dayTime } from '../../shell/format.ts';
import { useRovingFocus } from '../../shell/roving-focus.ts';
import { merchantName } from '../../shell/session.ts';
import type { Drill } from './distributions.tsx';
import { METRICS, metricText } from './metrics.ts';

interface Bar {
  readonly label: string;
  readonly href: string | undefined;
  readonly n: number;
  readonly before?: number;
}

/** What did not come as it should: dropped, refused, doubled; each line leads to the logs that say so. */
export const Delivery = ({ data, drill }: { data: AggregatesAnswer; drill: Drill }): JSX.Element => {
  const { dropped, refused, intake } = data;
  return (
    <div class="delivery">
      <Bars
        title="Logs dropped by SDKs"
        none="No SDK dropped a log."
        bars={dropped.map((d) => ({
          label: attributeText('drop_reason', d.reason),
          href: drill('code=510'),
          n: d.n,
          before: d.before,
        }))}
      />
      <Bars
        title="Logs refused for good, as SDKs say"
        none="No SDK was refused."
        bars={refused.map((r) => ({
          label: r.status ? `HTTP ${r.status}` : 'not said',
          href: drill('code=503'),
          n: r.n,
          before: r.before,
        }))}
      />
      {intake && <IntakeBars intake={intake} />}
    </div>
  );
};

/** What collectors counted themselves: refused, or sent again and kept once. */
const IntakeBars = ({ intake: { duplicates, refused, fromMs } }: { intake: Intake }): JSX.Element => (
  <>
    <Bars
      title="Batches refused by collectors"
      none="None was refused."
      bars={refused.map((r) => ({ label: reasonText(r.reason), href: undefined, n: r.n, before: r.before }))}
    />
    <Bars
      title="Batches sent again"
      none="None came twice."
      bars={duplicates.n + duplicates.before ? [{ label: 'kept once', href: undefined, ...duplicates }] : []}
    />
    <p class="muted">
      Batches are counted by whole hours, since {dayTime(fromMs, Date.now())}, whatever the payment.
    </p>
  </>
);

/** The same figures, and those of late logs and of holes, for each merchant. */
export const DeliveryByMerchant = ({
  data,
  drill,
}: {
  data: AggregatesAnswer;
  drill: Drill;
}): JSX.Element => {
  const { intake, splits } = data;
  const totals = new Map((splits.merchant ?? []).map((s) => [s.value, s.now]));
  const counted = new Map((intake?.merchants ?? []).map((m) => [m.merchant, m]));
  const rows = [...new Set([...totals.keys(), ...counted.keys()])];
  if (rows.length === 0) return <p class="muted">No merchant sent anything in this time.</p>;
  return <MerchantTable {...{ rows, totals, counted, drill }} />;
};

const MerchantTable = (props: {
  rows: readonly string[];
  totals: ReadonlyMap<string, Totals>;
  counted: ReadonlyMap<string, Intake['merchants'][number]>;
  drill: Drill;
}): JSX.Element => {
  const { rows, totals, counted, drill } = props;
  const table = useRovingFocus<HTMLTableElement>('a');
  return (
    <div class="splits">
      <table ref={table} aria-label="Delivery by merchant">
        <thead>
          <tr>
            <th scope="col">Merchant</th>
            {SHARES.map((m) => (
              <th key={m.id} scope="col" class="number">
                {m.label}
              </th>
            ))}
            <th scope="col" class="number">
              Batches sent again
            </th>
            <th scope="col">Batches refused</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((merchant) => {
            const own = totals.get(merchant);
            const count = counted.get(merchant);
            return (
              <tr key={merchant}>
                <th scope="row">
                  <a href={drill(`merchant=${merchant}`)}>{merchantName(merchant)}</a>
                </th>
                {SHARES.map((m) => (
                  <td key={m.id} class="number">
                    {own ? <a href={drill(`${m.logs}&merchant=${merchant}`)}>{metricText(m, own)}</a> : '–'}
                  </td>
                ))}
                <td class="number">{(count?.duplicates ?? 0).toLocaleString('en')}</td>
                <td>
                  {count?.refused
                    .map((r) => `${r.n.toLocaleString('en')} ${reasonText(r.reason)}`)
                    .join(', ') || 'none'}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
};

/** What of deliveries is a share of transactions. */
const SHARES = METRICS.filter(({ id }) => id === 'late' || id === 'holes');

const reasonText = (reason: string): string => reason.replaceAll('_', ' ');

const Bars = ({ title, none, bars }: { title: string; none: string; bars: readonly Bar[] }): JSX.Element => {
  const most = Math.max(1, ...bars.map((b) => b.n));
  return (
    <>
      <h3>{title}</h3>
      {bars.length === 0 ? (
        <p class="muted">{none}</p>
      ) : (
        <ul class="bars">
          {bars.map((b) => (
            <li key={b.label}>
              {b.href ? <a href={b.href}>{b.label}</a> : <span>{b.label}</span>}
              <span class="bar class-5">
                <span style={{ width: `${(b.n / most) * 100}%` }} />
              </span>
              <span class="number">{b.n.toLocaleString('en')}</span>
              <span class="muted number" title="the period before">
                {b.before?.toLocaleString('en') ?? ''}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
};
