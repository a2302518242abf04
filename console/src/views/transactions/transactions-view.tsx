import type { TransactionSummary } from '@gander/collector/api';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { ago, count, dateTime, duration, times, typeName } from '../../shell/format.ts';
import { timelinePath } from '../../shell/paths.ts';
import { manyMerchants, merchantName } from '../../shell/session.ts';
import { OutcomeBadge } from '../outcome-badge.tsx';
import { openTransactionList, transactionKey } from './open-transaction-list.ts';

const REFRESH_MS = 2000;

/** Recent transactions, newest first; those that are going on stand on top and change while one looks. */
export const TransactionsView = (): JSX.Element => {
  const list = useMemo(openTransactionList, []);
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = async (): Promise<void> => {
      if (document.visibilityState === 'visible' || !list.rows.value) await list.refresh();
      if (!stopped) timer = setTimeout(() => void refresh(), REFRESH_MS);
    };
    void refresh();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, []);

  const rows = list.rows.value;
  const nowMs = list.readMs.value;
  return (
    <>
      <div class="page-head">
        <h1>Transactions</h1>
        <p class="muted">{rows ? summaryLine(rows) : ' '}</p>
      </div>
      {list.problem.value && (
        <p class="problem" role="alert">
          {list.problem.value}
        </p>
      )}
      {rows?.length === 0 && (
        <div class="empty">
          <h2>No transaction yet</h2>
          <p>As soon as a checkout page with Gander on it is opened, its transaction shows up here.</p>
        </div>
      )}
      {!!rows?.length && (
        <table class="transactions">
          <thead>
            <tr>
              <th scope="col">Reference</th>
              {manyMerchants() && <th scope="col">Merchant</th>}
              <th scope="col">Outcome</th>
              <th scope="col">Signs</th>
              <th scope="col">Step</th>
              <th scope="col" class="number">
                Length
              </th>
              <th scope="col" class="number">
                Logs
              </th>
              <th scope="col" class="number">
                Last seen
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((t) => (
              <tr key={transactionKey(t)}>
                <td class="cell-reference reference">
                  <a href={timelinePath(t.merchant, t.transaction)}>{shortReference(t.transaction)}</a>
                  <span class="muted"> {typeName(t.transactionType)}</span>
                </td>
                {manyMerchants() && (
                  <td class="cell-merchant" title={merchantName(t.merchant)}>
                    {merchantName(t.merchant)}
                  </td>
                )}
                <td class="cell-outcome">
                  <OutcomeBadge outcome={t.outcome} live={t.live && nowMs - t.lastMs < 60_000} />
                </td>
                <td class="cell-signs signs">{signs(t)}</td>
                <td class="cell-step muted">{t.step ?? ''}</td>
                <td class="cell-length number">{duration(t.lastMs - t.firstMs)}</td>
                <td class="cell-logs number">{t.logs.toLocaleString('en')}</td>
                <td class="cell-seen number muted" title={dateTime(t.lastMs)}>
                  {ago(nowMs - t.lastMs)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {list.hasOlder.value && (
        <p class="more">
          <button type="button" disabled={list.reading.value} onClick={() => void list.older()}>
            {list.reading.value ? 'Reading…' : 'Show older'}
          </button>
        </p>
      )}
    </>
  );
};

/** A transaction that the merchant gave no reference shows the head of its session. */
const shortReference = (transaction: string): string =>
  transaction.startsWith('~') ? `~${transaction.slice(1, 9)}` : transaction;

const signs = (t: TransactionSummary): JSX.Element[] => {
  const found: [number, string][] = [];
  if (t.suspicious) found.push([4, count(t.suspicious, 'oddity', 'oddities')]);
  if (t.cardPasted) found.push([2, 'card number pasted']);
  else if (t.pastes) found.push([2, count(t.pastes, 'paste')]);
  if (t.autofilled) found.push([2, 'autofilled']);
  if (t.hidden) found.push([3, `left the tab ${times(t.hidden)}`]);
  if (t.dropped) found.push([5, `${count(t.dropped, 'log')} dropped`]);
  const signs = found.map(([id, text]) => (
    <span key={text} class={`sign class-${id}`}>
      {text}
    </span>
  ));
  // Said shortly: where a merchant makes no grants it stands in every row.
  if (t.assurance === 1)
    signs.push(
      <span key="assurance" class="sign class-1" title="Opened with the site key alone, without a grant">
        A1
      </span>,
    );
  return signs;
};

const summaryLine = (rows: readonly TransactionSummary[]): string => {
  const open = rows.filter((t) => t.live && t.outcome === 'open').length;
  return open ? `${count(open, 'checkout')} being filled in` : 'Nobody is at a checkout just now';
};
