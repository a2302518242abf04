/** Whether a merchant may be called so: 1 to 80 characters, no control or other invisible one (an emoji's joiner is one). */
export const isMerchantName = (name: string): boolean => /^[^\p{C}]{1,80}$/u.test(name);
