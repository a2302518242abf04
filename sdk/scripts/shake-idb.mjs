// A build step: takes out of idb what the outbox never reaches and a minifier cannot know that it does not: cursors, and two callbacks of
// `openDB`. Nothing is added or changed. A version of idb that reads otherwise fails the build.
import MagicString from 'magic-string';

/** Conditions that are never true here. */
const NEVER = [
  // Cursors.
  ['if (', 'getCursorAdvanceMethods().includes(func)', ') {\n        return function (...args) {'],
  // Callbacks of `openDB` that `idb-outbox.ts` does not give.
  ['if (', 'blocked', ") {\n        request.addEventListener('blocked'"],
  ['if (', 'terminated', ")\n            db.addEventListener('close'"],
];

/**
 * @param {string} code idb's module
 * @returns {MagicString} the same with these conditions as `false`
 */
export const shakeIdb = (code) => {
  const out = new MagicString(code);
  for (const [before, condition, after] of NEVER) {
    const from = code.indexOf(before + condition + after);
    if (from < 0)
      throw new Error(`idb has no longer "${before}${condition}…": look at sdk/scripts/shake-idb.mjs`);
    out.overwrite(from + before.length, from + before.length + condition.length, 'false');
  }
  return out;
};

/** The same as a rollup plugin. */
export const shakeIdbPlugin = () => ({
  name: 'shake-idb',
  transform(code, id) {
    if (!/[/\\]idb[/\\]build[/\\]index\.js$/.test(id)) return;
    const out = shakeIdb(code);
    return { code: out.toString(), map: out.generateMap({ hires: true }) };
  },
});
