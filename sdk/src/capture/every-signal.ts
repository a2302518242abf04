import type { Signal } from '../running.ts';
import { attention } from './attention.ts';
import { autofill } from './autofill.ts';
import { clicks } from './clicks.ts';
import { clipboard } from './clipboard.ts';
import { environment } from './environment.ts';
import { errors } from './errors.ts';
import { fieldVisits } from './field-visits.ts';
import { frames } from './frames.ts';
import { idle } from './idle.ts';
import { pay } from './pay.ts';
import { pointer } from './pointer.ts';
import { route } from './route.ts';
import { steps } from './steps.ts';
import { unload } from './unload.ts';
import { viewport } from './viewport.ts';

/** All that the script tag and `@gander/sdk` capture, in the order it begins: the first to hear an event is the first to log it. */
export const EVERY_SIGNAL: readonly Signal[] = [
  errors,
  pointer,
  clicks,
  idle,
  route,
  steps,
  fieldVisits,
  autofill,
  clipboard,
  pay,
  frames,
  attention,
  unload,
  environment,
  viewport,
];
