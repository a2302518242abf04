/** Gander in the page, by `<script async src="…/gander.min.js" data-key="gpk_…">`: starts by itself from the tag's attributes. */
import { EVERY_SIGNAL } from '../capture/every-signal.ts';
import { createGander } from '../create-gander.ts';
import { startScriptTag } from '../start-script-tag.ts';
import { VERSION } from '../version.ts';
import { keepInIndexedDb } from './outbox.ts';

startScriptTag(() =>
  createGander(() => ({ entry: 1, version: VERSION, signals: EVERY_SIGNAL, keep: keepInIndexedDb })),
);
