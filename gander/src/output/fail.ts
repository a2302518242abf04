import color from 'picocolors';

/** Errors whose message says what an operator can do. */
const TOLD = /^(?:Config|Credentials\w*|InUse|LakeChanged|Port|Query|RootKey|Store|UpkeepBusy)/;

/** What to tell of an error that ends a command: what an operator can mend in a sentence; others are ours and keep their stack. */
export const failureText = (error: unknown): string => {
  const { name, code, message, stack, errors } = error as NodeJS.ErrnoException & { errors?: Error[] };
  // Of the system, the network, the database or AWS; those of Node's own (ERR_…) are of programming.
  const isOutside =
    (typeof code === 'string' && !code.startsWith('ERR_')) || '$metadata' in (error as object);
  // Of a host with several addresses each has its own error, and all together no message.
  const told = message || errors?.map((e) => e.message).join(', ') || String(code ?? name);
  return TOLD.test(name) || isOutside ? told : (stack ?? told);
};

/** Ends the command with exit code 1. */
export const fail = (error: unknown): never => {
  console.error(color.red(failureText(error)));
  process.exit(1);
};
