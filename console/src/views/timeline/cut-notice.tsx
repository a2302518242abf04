import type { JSX } from 'preact';
import { count } from '../../shell/format.ts';
import { logsPath } from '../../shell/paths.ts';

interface CutNoticeProps {
  readonly merchant: string;
  readonly transaction: string;
  /** How many logs the server answered, the first ones; undefined where these are all. */
  readonly cutAt: number | undefined;
  /** When the first of them happened, ms since 1970. */
  readonly startMs: number;
}

/** Says that a transaction has more logs than its timeline shows, and leads to all of them. */
export const CutNotice = ({ merchant, transaction, cutAt, startMs }: CutNoticeProps): JSX.Element | null =>
  cutAt === undefined ? null : (
    <p class="cut" role="status">
      Only the first {count(cutAt, 'log')} are shown, and those that came in since.{' '}
      <a href={logsPath(merchant, transaction, startMs)}>All of them in the logs view</a>
    </p>
  );
