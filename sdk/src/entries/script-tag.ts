/** Gander in the page, by `<script async src="…/gander.min.js" data-key="gpk_…">`: starts by itself from the tag's attributes. */
import { createGander } from '../create-gander.ts';
import { createIdbOutbox } from '../deliver/idb-outbox.ts';
import { startScriptTag } from '../start-script-tag.ts';
import { VERSION } from '../version.ts';

startScriptTag(() => createGander({ entry: 1, version: VERSION, createOutbox: () => createIdbOutbox() }));
