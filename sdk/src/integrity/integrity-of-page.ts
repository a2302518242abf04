import type { Log } from '@gander/log-codes/encode';
import { SLOT } from '../slot.ts';
import { type IntegrityOptions, startIntegrity } from './start-integrity.ts';

const RETRY_MS = 500;
/** The SDK itself may arrive late: logs wait for it, so many, and for a minute; without it nothing is sent. */
const MAX_WAITING = 50;
const MAX_TRIES = 120;

/** Starts the module on this page; its logs go to whichever copy of the SDK runs here, as soon as one does. */
export const integrityOfPage = (options: IntegrityOptions): (() => void) => {
  const page = globalThis as { [SLOT]?: { log(log: Log): void } | undefined };
  const waiting: Log[] = [];
  let tries = 0;
  const pass = (): void => {
    const running = page[SLOT];
    if (running) for (const log of waiting.splice(0)) running.log(log);
    else if (++tries < MAX_TRIES) setTimeout(pass, RETRY_MS);
  };
  return startIntegrity(options, (log) => {
    if (waiting.length < MAX_WAITING && waiting.push(log) === 1) pass();
  });
};
