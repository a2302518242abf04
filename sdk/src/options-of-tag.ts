import type { Options } from './options.ts';

/**
 * The options that a script tag's `data-*` attributes say, by their camel-case names: `data-transaction-type` is `transactionType`. The
 * collector is where the script came from, unless `data-collector` says otherwise. Texts are handed on as they are: what is no level of
 * consent means none.
 * @returns undefined when it says neither key nor grant: the page calls `gander.init` itself
 */
export const optionsOfTag = (tag: HTMLOrSVGScriptElement | null): Options | undefined => {
  const { key, grant, closeAttempt, ...rest } = { ...tag?.dataset };
  if (!key && !grant) return;
  return {
    collector: /^https?:..[^/]+/.exec((tag as HTMLScriptElement).src)?.[0],
    key,
    grant,
    closeAttempt: closeAttempt === 'true',
    ...rest,
  } as Options;
};
