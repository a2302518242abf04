/**
 * The origin in the one form browsers send (https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin), or undefined when
 * the text is anything else: origins are compared as whole strings, so only that form may be stored.
 * @example canonicalOrigin('https://shop.example') // 'https://shop.example'
 * @example canonicalOrigin('https://Shop.example/') // undefined
 */
export const canonicalOrigin = (text: string): string | undefined => {
  if (text.length > 261 || !/^https?:\/\/[a-z0-9.:[\]-]{1,253}$/.test(text) || text.endsWith('.')) return;
  try {
    const { origin } = new URL(text);
    return origin === text ? origin : undefined;
  } catch {
    return undefined;
  }
};
