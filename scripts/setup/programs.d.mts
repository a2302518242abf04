interface Program {
  readonly package: string;
  readonly program: string;
  readonly tests: string;
}
/** See programs.mjs. */
export const PROGRAMS: readonly Program[];
