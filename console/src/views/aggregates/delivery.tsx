import type { AggregatesAnswer } from '@gander/collector/api';
import type { JSX } from 'preact';
import { attributeText } from '../../shell/format.ts';

interface Bar {
  readonly label: string;
  readonly href: string | undefined;
  readonly n: number;
  readonly before?: number;
}

/** What did not come as it should: dropped, refused, doubled; each line leads to the logs that say so. */
export const Delivery = ({
  data,
  drill,
}: {
  data: AggregatesAnswer;
  drill: (filters: string) => string;
}): JSX.Element => {
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
      {intake && (
        <Bars
          title="Batches refused by this collector since it started"
          none="It refused none."
          bars={intake.refused.map((r) => ({
            label: r.reason.replaceAll('_', ' '),
            href: undefined,
            n: r.n,
          }))}
        />
      )}
      {intake && intake.duplicates !== null && (
        <p class="muted">
          {intake.duplicates.toLocaleString('en')} batches came again and were kept once, since it started.
        </p>
      )}
    </div>
  );
};

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
