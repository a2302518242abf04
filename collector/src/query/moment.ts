import type { ApiContext } from './context.ts';

/**
 * Where memory ends and the lake begins at one moment, in numbers of live batches, which count up as batches are acknowledged. A
 * question that counts takes a moment first; then each batch is counted in one place, wherever it wanders while the lake answers:
 *
 * ```
 *   acknowledged ─►  … 41  42  43 │ 44  45  46  47 │ 48  49 …
 *                             landed           newest
 *   lake             counted here │ left out by    │ left out: not there yet; if landing has
 *                                 │ name, also if  │ overtaken `newest` meanwhile, perhaps there
 *                                 │ landed by now  │
 *   memory           left out     │ counted here   │ left to the next question
 * ```
 *
 * What the lake calls landed is itself of two parts, the files of landing and those of compaction; `logs_all` has each log of them once
 * (docs/lake.md). See docs/architecture.md, "One question, three places".
 */
export interface Moment {
  /** All batches up to this number are in the lake. */
  readonly landed: number;
  /** Those after it, up to this number, are asked of memory; infinite where all that memory has is. */
  readonly newest: number;
}

/** This moment. Where nothing tells how far landing is, all counts as landed. */
export const momentOf = ({ live, landed }: Pick<ApiContext, 'live' | 'landed'>): Moment => ({
  landed: landed ? live.numberBefore(landed()) : live.newest,
  newest: live.newest,
});

/**
 * The moment to which an answer of the lake belongs, once it is there. Where landing has not overtaken the moment, the answer holds
 * nothing that came after it: then memory may be asked for all that is not landed at that moment, now and as often as it comes, and the
 * answer stays good. Else it is good for this once.
 * @returns `newest` is infinite where the answer stays good
 */
export const afterAnswer = (context: Pick<ApiContext, 'live' | 'landed'>, moment: Moment): Moment =>
  momentOf(context).landed > moment.newest ? moment : { ...moment, newest: Number.POSITIVE_INFINITY };
