/** The signals, one by one, for those who pick what `@gander/sdk/core` captures. What nobody picks is in nobody's bundle. */
export { attention } from '../capture/attention.ts';
export { autofill } from '../capture/autofill.ts';
export { clicks } from '../capture/clicks.ts';
export { clipboard } from '../capture/clipboard.ts';
export { environment } from '../capture/environment.ts';
export { errors } from '../capture/errors.ts';
export { fieldVisits } from '../capture/field-visits.ts';
export { frames } from '../capture/frames.ts';
export { idle } from '../capture/idle.ts';
export { pay } from '../capture/pay.ts';
export { pointer } from '../capture/pointer.ts';
export { route } from '../capture/route.ts';
export { steps } from '../capture/steps.ts';
export { unload } from '../capture/unload.ts';
export { viewport } from '../capture/viewport.ts';
export type { Signal } from '../running.ts';
