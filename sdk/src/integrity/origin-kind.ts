/** Values of the attribute `origin_kind`. */
export const SAME = 1;
export const ALLOWED = 2;
export const STRANGER = 3;
export const INLINE = 4;

/**
 * Whose an address is, seen from the page.
 * @param address as an attribute says it; empty or none is inline
 * @param base of the page
 * @param allowed origins the merchant trusts
 */
export const originKind = (address: string | null, base: string, allowed: readonly string[]): number => {
  if (!address) return INLINE;
  try {
    const { origin } = new URL(address, base);
    if (origin === new URL(base).origin) return SAME;
    return allowed.includes(origin) ? ALLOWED : STRANGER;
  } catch {
    return STRANGER;
  }
};
