import type { Context } from './context.ts';

/** When a person last pressed a pointer: tells clicks from keys from scripts (`via`). Keys are told by `captureTyping`. */
export const captureHands = (context: Context): void => {
  context.page.listen('pointerdown', (event) => {
    if (event.isTrusted) context.pointerAt = context.activeAt = event.timeStamp;
  });
};
