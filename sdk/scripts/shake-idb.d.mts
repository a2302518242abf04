import type MagicString from 'magic-string';

export function shakeIdb(code: string): MagicString;
