/** Where progress is shown: a terminal's error stream. */
interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Shows on one line how far long work is, from its second second on; silent when the stream is no terminal.
 * @param share 0 to 1; undefined while unknown
 * @returns stop, which clears the line
 * @example const stop = showProgress('query', () => lake.progress(), process.stderr);
 */
export const showProgress = (
  what: string,
  share: () => number | undefined,
  stream: Terminal,
): (() => void) => {
  if (!stream.isTTY) return () => {};
  const begun = performance.now();
  let shown = false;
  const timer = setInterval(() => {
    const seconds = Math.floor((performance.now() - begun) / 1_000);
    if (seconds < 1) return;
    const done = share();
    stream.write(
      `\r\u001b[K${what}: ${done === undefined ? '' : `${Math.floor(done * 100)} %, `}${seconds} s`,
    );
    shown = true;
  }, 250);
  return () => {
    clearInterval(timer);
    if (shown) stream.write('\r\u001b[K');
  };
};
