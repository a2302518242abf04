/** The script tag's debug build, `gander.debug.min.js`: the same, and each log in words in the browser's console. */
import { startScriptTag } from '../start-script-tag.ts';
import { gander } from './debug.ts';

startScriptTag(() => gander);
