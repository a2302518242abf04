import type { TransactionTypeName } from '@gander/log-codes';

/** How much may be captured. `essential`: session, outcome, suspicious and fault codes only, and nothing is stored on the device. */
export type Consent = 'none' | 'essential' | 'granted';
/** Index is the value of the attribute `consent`. */
export const CONSENTS = 'none essential granted'.split(' ') as readonly Consent[];

/** Index is the id of the transaction type; a test holds it against the table. */
export const TYPES: readonly TransactionTypeName[] =
  'unknown card card_on_file wallet bank_transfer instant_payment pay_later mandate top_up other'.split(
    ' ',
  ) as TransactionTypeName[];

/** What a transaction is known by. Either a `grant`, or a `transaction` with the site key given to `init`. */
export interface TransactionOptions {
  /** The merchant's own reference: 1 to 40 of `A-Z a-z 0-9 _ -`, no card number. */
  readonly transaction?: string | undefined;
  /** Kind of payment, e.g. `card`; default `unknown`. A grant says it itself. */
  readonly transactionType?: TransactionTypeName | undefined;
  /** What the merchant's server made with `createGrant` (level A2); binds the session to the transaction. */
  readonly grant?: string | undefined;
}

/** Options of `init`; the script tag takes the same as `data-*` attributes (docs/sdk.md). */
export interface Options extends TransactionOptions {
  /** Publishable site key, `gpk_…` (level A1). Needed unless there is a grant. */
  readonly key?: string | undefined;
  /** Origin of the collector, e.g. `https://collect.shop.example`. The script tag defaults to where the script came from. */
  readonly collector?: string | undefined;
  /** The merchant's own label of the page: 1 to 40 of `a-z 0-9 . _ / -`. Never taken from the URL. */
  readonly page?: string | undefined;
  /** Default `granted`, or `essential` when the browser sends Global Privacy Control. What is said here wins over both. */
  readonly consent?: Consent | undefined;
  /** How the payment ended, on a page that knows it from the start, e.g. the one that says thank you: as a call of `outcome`. */
  readonly outcome?: Outcome | undefined;
  /** For the outcome `declined`; default `other`. */
  readonly declineReason?: DeclineReason | undefined;
  /** Also tell attempts to close the page (code 320). Costs the page its back-forward cache in some browsers. */
  readonly closeAttempt?: boolean | undefined;
  /** CSS selector of fields to treat as plain when they are not recognised. Lowers no recognised class. */
  readonly plain?: string | undefined;
}

/** Id of the transaction type that a grant was made for; the grant's text has it in its fifth line. 0 when it cannot be read. */
const typeOfGrant = (grant: string): number => {
  try {
    const message = atob(grant.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'));
    return Number(message.split('\n')[4]) || 0;
  } catch {
    return 0;
  }
};

/** The transaction type's id, from the grant where there is one. */
export const typeOf = (name: TransactionTypeName | undefined, grant: string | undefined): number =>
  grant ? typeOfGrant(grant) : Math.max(0, TYPES.indexOf(name as TransactionTypeName));

/** Index is the value of the attribute `decline_reason`; a test holds it against the table. */
export const DECLINES = 'other issuer funds authentication fraud technical cancelled data'.split(
  ' ',
) as readonly DeclineReason[];
/** Class of the reason for a decline. */
export type DeclineReason =
  | 'other'
  | 'issuer'
  | 'funds'
  | 'authentication'
  | 'fraud'
  | 'technical'
  | 'cancelled'
  | 'data';
/** How a payment ended, as the merchant says it. */
export type Outcome = 'approved' | 'declined' | 'abandoned';
