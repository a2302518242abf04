// dependency-cruiser reads TypeScript through the compiler's API, which TypeScript 7 does not have: it gets version 6 instead.
// The same arguments as `depcruise`.
import Module, { register } from 'node:module';

const SIX = '@typescript/typescript6';
const hook = `export const resolve = (name, context, next) => next(name === 'typescript' ? '${SIX}' : name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return resolveFilename.call(this, request.replace(/^typescript(?=$|\/)/, SIX), ...rest);
};

await import('../../node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
