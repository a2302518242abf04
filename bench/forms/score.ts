import type { Classified } from './classify-pages.ts';
import { isRight, isSecretLabel, SECRET_LABELS } from './labels.ts';

/** Right ones of all. */
type Part = readonly [right: number, all: number];

export interface Score {
  /** Controls whose class is right. */
  readonly all: Part;
  /** The same for card number, security code, name and expiry. */
  readonly card: Part;
  /** Secret controls that are S0, whatever their class. */
  readonly secret: Part;
  /** Secrets of any kind, and those of them that are taken for less than S0. */
  readonly secrets: number;
  readonly lowered: readonly Classified[];
  readonly misses: readonly Classified[];
}

const part = (of: readonly Classified[], right: (c: Classified) => boolean): Part => [
  of.filter(right).length,
  of.length,
];

const hasRightClass = (c: Classified): boolean => isRight(c.label, c.fieldClass);

/** Scores classified controls against what a person called them. */
export const scoreOf = (results: readonly Classified[]): Score => {
  const secrets = results.filter((c) => isSecretLabel(c.label));
  return {
    all: part(results, hasRightClass),
    card: part(
      results.filter((c) => /^(card|expiration)/.test(c.label)),
      hasRightClass,
    ),
    secret: part(
      results.filter((c) => SECRET_LABELS.has(c.label)),
      (c) => c.tier === 'S0',
    ),
    secrets: secrets.length,
    lowered: secrets.filter((c) => c.tier !== 'S0'),
    misses: results.filter((c) => !hasRightClass(c)),
  };
};

/** Each label on a line: how many, how many right, and which classes the others got. */
export const confusionTable = (results: readonly Classified[]): string => {
  const lines: string[] = [];
  for (const label of [...new Set(results.map((r) => r.label))].sort()) {
    const those = results.filter((r) => r.label === label);
    const wrong = new Map<string, number>();
    for (const r of those) if (!hasRightClass(r)) wrong.set(r.fieldClass, (wrong.get(r.fieldClass) ?? 0) + 1);
    const right = those.filter(hasRightClass).length;
    const rest = [...wrong].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
    lines.push(
      `${label.padEnd(26)}${String(right).padStart(4)} of ${String(those.length).padStart(4)}   ${rest.join(', ')}`,
    );
  }
  return lines.join('\n');
};
