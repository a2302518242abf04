import type { FieldEvidence } from './mask/create-field-classifier.ts';
import type { Consent, DeclineReason, Options, Outcome, TransactionOptions } from './options.ts';

/**
 * The SDK as a page sees it: `window.gander` with the script tag, or what `@gander/sdk` exports. No method throws or waits for the
 * network, and all but `inspect` and `flush` may be called before the SDK runs.
 */
export interface Gander {
  /**
   * Starts the SDK on this page. A second call changes nothing, however often or in how many versions it was loaded.
   * @example init({ grant: 'gr1.…', collector: 'https://collect.shop.example', page: 'checkout' })
   */
  init(options: Options): void;
  /** Another transaction begins: logs from here on belong to it. The session goes on. */
  transaction(next: TransactionOptions): void;
  /** A checkout step is entered. @param label 1 to 40 of `a-z 0-9 . _ / -`, e.g. `payment` */
  step(label: string): void;
  /** How the payment ended, as the merchant knows it. @param reason for `declined`; default `other` */
  outcome(result: Outcome, reason?: DeclineReason): void;
  /** Sends what there is. Resolves when it was acknowledged or will be tried again later (20 s with a collector that hangs); never rejects. No page needs to wait for it. */
  flush(): Promise<void>;
  /** Consent changed. `none` stops all capture and forgets what was not sent. */
  consent(level: Consent): void;
  /** Forgets everything that is not sent yet, in memory and on the device, and captures nothing more until `consent` says so. */
  forget(): void;
  /** Ends the session on this page and takes all listeners away. `init` may start another. */
  shutdown(): void;
  /**
   * A hosted field of another origin was entered or left, as its own library says (`@gander/sdk/hosted-fields` calls it).
   * @param element what stands for it on this page
   * @param field its field class, by id
   */
  frame(element: Element, field: number, inside: boolean): void;
  /** What the SDK takes an element for, and why. Undefined before it captures, and where no signal of fields was picked. */
  inspect(element: Element): FieldEvidence | undefined;
}
