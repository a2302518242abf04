/**
 * Why Athena did not answer. `scan_limit`: the workgroup's cut-off of bytes scanned; `stopped`: by us or by somebody else; `timeout`;
 * `busy`: too many queries at once; `refused`: no permission, no such workgroup or table; `failed`: anything else.
 */
export type AthenaFault = 'scan_limit' | 'stopped' | 'timeout' | 'busy' | 'refused' | 'failed';

const MESSAGES: Readonly<Record<AthenaFault, string>> = {
  scan_limit: 'The query would scan more than the workgroup allows: choose a shorter time or a merchant.',
  stopped: 'The query was stopped.',
  timeout: 'Athena took longer than query.athena.timeoutMs.',
  busy: 'Athena runs too many queries at once.',
  refused: 'Athena refused the query: see permissions, workgroup, database and views (docs/athena.md).',
  failed: 'Athena failed.',
};

/** An error of Athena, in words for operators. `queryId` finds it in the workgroup's history; Athena's own text may hold values. */
export class AthenaQueryError extends Error {
  override readonly name = 'AthenaQueryError';
  readonly fault: AthenaFault;
  readonly queryId: string | undefined;
  constructor(fault: AthenaFault, queryId?: string) {
    super(`${MESSAGES[fault]}${queryId ? ` (query ${queryId})` : ''}`);
    this.fault = fault;
    this.queryId = queryId;
  }
}

/**
 * The fault behind a state that is an end. The cut-off has no code of its own, only its words
 * (https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html);
 * categories: https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
 */
export const faultOfEnd = (state: string, reason = '', category?: number): AthenaFault => {
  if (/bytes scanned limit was exceeded/i.test(reason)) return 'scan_limit';
  if (state === 'CANCELLED') return 'stopped';
  if (/TOO_MANY|EXCEEDED_.*CONCURREN|throttl/i.test(reason)) return 'busy';
  // 2 is a mistake of the user: no table, no permission.
  return category === 2 ? 'refused' : 'failed';
};

/** Names of what Athena, its catalogue or the signature's check say to a request that is wrong, and of the client's to one it cannot sign. */
const REFUSED =
  /^(InvalidRequest|AccessDenied|ResourceNotFound|Metadata|UnrecognizedClient|ExpiredToken|InvalidSignature|CredentialsProvider)/;

/** The fault behind an exception of the AWS client. */
export const faultOfException = (error: unknown): AthenaFault => {
  const { name } = error as Error;
  if (name === 'TooManyRequestsException' || /Throttl/.test(name)) return 'busy';
  if (REFUSED.test(name)) return 'refused';
  return 'failed';
};
