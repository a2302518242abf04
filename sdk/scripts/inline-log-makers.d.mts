/** Replaces the calls of makers of logs in one module's JavaScript; undefined when there is nothing to replace. */
export const inlineLogMakers: (
  code: string,
  parse: (code: string) => unknown,
) => { toString(): string } | undefined;
