import type { Consent, Options, TransactionOptions } from './options.ts';

/**
 * The options that a script tag's attributes say: `data-key` or `data-grant`, `data-collector`, `data-page`, `data-transaction`,
 * `data-transaction-type`, `data-consent`, `data-plain`.
 * @returns undefined when it says neither key nor grant: the page calls `gander.init` itself
 */
export const optionsOfTag = (tag: Element | null): Options | undefined => {
  const data = (name: string): string | undefined => tag?.getAttribute(`data-${name}`) || undefined;
  const key = data('key');
  const grant = data('grant');
  if (!key && !grant) return;
  return {
    key,
    grant,
    collector: data('collector') ?? new URL((tag as HTMLScriptElement).src).origin,
    page: data('page'),
    transaction: data('transaction'),
    transactionType: data('transaction-type') as TransactionOptions['transactionType'],
    consent: data('consent') as Consent,
    plain: data('plain'),
    closeAttempt: tag!.hasAttribute('data-close-attempt'),
  };
};
