// A build step: takes out of idb what the outbox never reaches and a minifier cannot know that it does not: cursors, traps, callbacks and
// arguments that nobody asks for, and taking listeners away from requests that are over. Nothing is added. A version of idb that reads
// otherwise fails the build.
import MagicString from 'magic-string';

/** Conditions that are never true here: the text before, the condition, the text behind. */
const NEVER = [
  // Cursors.
  ['if (', 'getCursorAdvanceMethods().includes(func)', ') {\n        return function (...args) {'],
  // `transaction.store`, and callbacks of `openDB` that `idb-outbox.ts` does not give.
  ['if (', "prop === 'store'", ') {\n                return receiver'],
  ['if (', 'blocked', ") {\n        request.addEventListener('blocked'"],
];

/** What is left out: the text before, what goes, the text behind. */
const UNUSED = [
  ['[\n            ', 'IDBIndex,', '\n            IDBObjectStore'],
  ['IDBObjectStore,\n            ', 'IDBCursor,', '\n            IDBDatabase'],
  [
    'upgrade(wrap(request.result)',
    ', event.oldVersion, event.newVersion, wrap(request.transaction), event',
    ')',
  ],
  // Nobody sets a property of what is wrapped, or asks whether it has one.
  [
    '    },\n',
    '    set(target, prop, value) {\n        target[prop] = value;\n        return true;\n    },\n',
    '    has(target, prop) {\n        if (target instanceof IDBTransaction',
  ],
  [
    '',
    "    has(target, prop) {\n        if (target instanceof IDBTransaction &&\n            (prop === 'done' || prop === 'store')) {\n            return true;\n        }\n        return prop in target;\n    },\n",
    '};\nfunction replaceTraps',
  ],
  // Callbacks that `idb-outbox.ts` does not give, once more.
  [
    '    }\n',
    "    openPromise\n        .then((db) => {\n        if (terminated)\n            db.addEventListener('close', () => terminated());\n        if (blocking) {\n            db.addEventListener('versionchange', (event) => blocking(event.oldVersion, event.newVersion, event));\n        }\n    })\n        .catch(() => { });\n",
    '    return openPromise;',
  ],
  // Nobody compares what is wrapped, and a transaction is wrapped once, where it is made.
  [
    '',
    '    if (transformCache.has(value))\n        return transformCache.get(value);\n',
    '    const newValue',
  ],
  ['', '        transformCache.set(value, newValue);\n', '        reverse'],
  ['', '    if (transactionDoneMap.has(tx))\n        return;\n', '    const done'],
  // Nobody asks why a transaction was given up.
  ['tx.error', " || new DOMException('AbortError', 'AbortError')", ')'],
  // Nobody unwraps a promise.
  ['', '    reverseTransformCache.set(promise, request);\n', '    return promise;'],
  // An event that comes once needs no end of listening.
  ...['request', 'tx'].flatMap((target) => unlistening(target)),
];

/** @param {string} target whose listeners are never taken away */
function unlistening(target) {
  const events = target === 'tx' ? ['complete', 'error', 'abort'] : ['success', 'error'];
  const take = (event) =>
    `            ${target}.removeEventListener('${event}', ${event === 'abort' ? 'error' : event});\n`;
  const last = target === 'tx' ? 'resolve();' : 'resolve(wrap(request.result));';
  const failed = target === 'tx' ? "'AbortError'));" : 'reject(request.error);';
  return [
    [
      '',
      `        const unlisten = () => {\n${events.map(take).join('')}        };\n`,
      `        const ${events[0]}`,
    ],
    [`${last}\n`, '            unlisten();\n', ''],
    [`${failed}\n`, '            unlisten();\n', ''],
  ];
}

/**
 * @param {string} code idb's module
 * @returns {MagicString} the same without what is unused
 */
export const shakeIdb = (code) => {
  const out = new MagicString(code);
  const find = (before, text, after) => {
    const from = code.indexOf(before + text + after);
    if (from < 0) throw new Error(`idb has no longer "${before}${text}…": look at sdk/scripts/shake-idb.mjs`);
    return [from + before.length, from + before.length + text.length];
  };
  for (const part of NEVER) out.overwrite(...find(...part), 'false');
  for (const part of UNUSED) out.remove(...find(...part));
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
