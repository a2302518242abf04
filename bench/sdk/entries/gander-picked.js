// A shop that picks what it captures.
import { gander } from '../../../sdk/dist/core.js';
import { attention, clipboard, fieldVisits, unload } from '../../../sdk/dist/signals.js';

export const start = (key, collector) =>
  gander.init({ key, collector, signals: [fieldVisits, clipboard, attention, unload] });
