import { cspViolation, formTargetChanged, framed, type Log, scriptAdded } from '@gander/log-codes/encode';
import { originKind, SAME, STRANGER } from './origin-kind.ts';

/** Options of the module `integrity`. */
export interface IntegrityOptions {
  /** Origins whose scripts and form targets are expected, e.g. `['https://js.stripe.com']`. */
  readonly allow?: readonly string[] | undefined;
}

/** Of a kind the first is told so soon, */
const BURST_MS = 1_000;
/** and what follows so often: */
const QUIET_MS = 60_000;
/** so many for that many or more. What a page does at each key of a secret would else count them. */
const MANY = 2;
/** Values of the attribute `directive`, by the violated directive's beginning. */
const DIRECTIVES = ['script', 'connect', 'frame', 'form-action', 'style', 'img'];

/**
 * Watches what should not change on a payment page (codes 410 to 413): scripts added, form targets changed, violations of the content
 * security policy, a frame around the page. Origins are compared on the device; only their kind is sent.
 * @param log where logs go
 * @returns stops watching
 */
export const startIntegrity = (options: IntegrityOptions, log: (log: Log) => void): (() => void) => {
  const allowed = options.allow ?? [];
  const kind = (address: string | null): number => originKind(address, document.baseURI, allowed);
  /** Of a form without one it is the page itself. */
  const targetKind = (address: string | null): number => kind(address || document.baseURI);
  /** By kind, how many are not told yet. */
  const counts = new Map<string, number>();

  const told = (key: string, make: (count: number) => Log): void => {
    const known = counts.get(key);
    counts.set(key, (known ?? 0) + 1);
    if (known !== undefined) return;
    const tell = (): void => {
      const count = counts.get(key)!;
      if (!count) return void counts.delete(key);
      counts.set(key, 0);
      log(make(Math.min(count, MANY)));
      setTimeout(tell, QUIET_MS);
    };
    setTimeout(tell, BURST_MS);
  };

  const look = (records: MutationRecord[]): void => {
    for (const { type, target, addedNodes, attributeName, oldValue } of records) {
      if (type === 'attributes') {
        // What else the target says may be what was entered, new at each key; and React sets the same again whenever it renders.
        const origin_kind = targetKind((target as Element).getAttribute(attributeName!));
        if (origin_kind !== targetKind(oldValue)) log(formTargetChanged({ origin_kind }));
      } else if (document.readyState !== 'loading')
        // What is added before are the page's own tags.
        for (const node of addedNodes) {
          if (node.nodeType !== 1) continue;
          const scripts = (node as Element).localName === 'script' ? [node as Element] : [];
          for (const script of [...scripts, ...(node as Element).querySelectorAll('script')]) {
            const origin_kind = kind(script.getAttribute('src'));
            // Parts of the page's own code that it loads when it needs them.
            if (origin_kind === SAME) continue;
            told(`script ${origin_kind}`, (count) => scriptAdded({ origin_kind, count }));
          }
        }
    }
  };
  const observer = new MutationObserver((records) => {
    try {
      look(records);
    } catch {
      // Never the page's trouble.
    }
  });
  observer.observe(document, {
    childList: true,
    subtree: true,
    attributeOldValue: true,
    attributeFilter: ['action', 'formaction'],
  });

  const violated = ({ effectiveDirective }: SecurityPolicyViolationEvent): void => {
    const directive = DIRECTIVES.findIndex((name) => effectiveDirective?.startsWith(name)) + 1;
    told(`directive ${directive}`, (count) => cspViolation({ directive, count }));
  };
  document.addEventListener('securitypolicyviolation', violated);

  if (window.top !== window) {
    const ancestors = location.ancestorOrigins;
    const origin_kind = ancestors?.length ? kind(ancestors[0]!) : STRANGER;
    if (origin_kind !== SAME) log(framed({ origin_kind }));
  }

  return () => {
    observer.disconnect();
    document.removeEventListener('securitypolicyviolation', violated);
  };
};
