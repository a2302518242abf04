import type { Page } from 'playwright-core';
import { CANARIES } from './canaries.ts';

interface AutofillSession {
  send(
    method: 'Autofill.trigger',
    parameters: { fieldId: number; card: Record<string, string> },
  ): Promise<unknown>;
}

/** Lets the browser itself fill in a saved card, beginning at this field: the same as a click on its suggestion. */
export const fillField = async (page: Page, selector: string): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  const { root } = await session.send('DOM.getDocument', { depth: -1 });
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector });
  const { node } = await session.send('DOM.describeNode', { nodeId });
  const [expiryMonth, expiryYear] = CANARIES.expiry.split(' / ');
  await (session as unknown as AutofillSession).send('Autofill.trigger', {
    fieldId: node.backendNodeId,
    card: {
      number: CANARIES.card.replaceAll(' ', ''),
      name: CANARIES.cardName,
      expiryMonth: expiryMonth!,
      expiryYear: `20${expiryYear}`,
      cvc: CANARIES.cvc,
    },
  });
  await page.waitForFunction((at) => document.querySelector(at)?.matches(':autofill'), selector);
  await session.detach();
};
