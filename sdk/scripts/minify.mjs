// What makes the shipped JavaScript small: terser, with the names of the SDK's own properties shortened.
import { walk } from 'estree-walker';
import MagicString from 'magic-string';
import { minify as terse } from 'terser';

/**
 * Property names that others read or write: options and methods, what `inspect` answers, what is stored, what the collector answers, and
 * names of browsers that terser's list of them lacks. All others are ours, and shortened.
 */
const PUBLIC =
  `key grant transaction transactionType collector page consent closeAttempt declineReason plain signals keep
  init step outcome flush forget shutdown frame inspect log gander q
  element fieldClass tier fieldNo found words
  boot seq logs lost at session request token until keyPath durability
  t now ttl
  on prerendering Zone root run globalPrivacyControl webdriver navigation navigationType currentEntry languages ifAvailable
  blocked upgrade blocking terminated`.split(/\s+/);

/**
 * Tells V8 that nearly all of the file runs when it is loaded (https://v8.dev/blog/explicit-compile-hints): Chromium then compiles it in one go,
 * away from the main thread where it can, and not function by function as each is first called. Halves the start. Other engines see a comment.
 */
const COMPILE_HINT = '//# allFunctionsCalledOnLoad\n';

/**
 * A rollup plugin that declares everything by `let`: one word instead of two compresses better, and more declarations can be joined. What
 * assigned to a constant would have failed the types' check.
 */
export const declareByLet = () => ({
  name: 'declare-by-let',
  renderChunk(code, _chunk, { sourcemap }) {
    const out = new MagicString(code);
    walk(this.parse(code), {
      enter(node) {
        if (node.type === 'VariableDeclaration' && node.kind === 'const')
          out.overwrite(node.start, node.start + 'const'.length, 'let');
      },
    });
    return { code: out.toString(), map: sourcemap ? out.generateMap({ hires: true }) : null };
  },
});

/**
 * A rollup plugin that minifies. Chunks of one build share the names of their properties, so that one can read what another wrote; they are
 * taken one after the other, in rollup's order, so that two builds are the same. Variables are each chunk's own: shared, they would rename a
 * browser's global (`navigator`) in one chunk because another declares a variable of that name.
 * @param {{ script?: boolean, shorten?: boolean }} options a script has a scope of its own, a module keeps what tells bundlers that a call is
 *   pure; `shorten` says whether property names are
 */
export const minify = ({ script = false, shorten = true } = {}) => {
  let props = {};
  let turn = Promise.resolve();
  const work = async (code, { sourcemap }) => {
    const nameCache = { props };
    const { code: small, map } = await terse(code, {
      ecma: 2020,
      module: true,
      nameCache,
      compress: { passes: 4, pure_getters: true, unsafe_arrows: true, inline: 1 },
      mangle: { properties: shorten && { reserved: PUBLIC, keep_quoted: true } },
      format: { comments: false, preserve_annotations: !script },
      sourceMap: Boolean(sourcemap),
    });
    props = nameCache.props;
    return { code: script ? COMPILE_HINT + small : small, map };
  };
  return {
    name: 'minify',
    renderChunk(code, _chunk, options) {
      turn = turn.then(() => work(code, options));
      return turn;
    },
  };
};
