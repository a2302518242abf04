import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/**
 * The collector's logger: one JSON line a message, escaped by pino. Nothing of a request is ever logged but the names of our own
 * tables: no header, no body, no path.
 * @param destination where lines go; standard error by default, so that a command's output stays clean
 */
export const createLogger = (level: string, destination?: DestinationStream): Logger =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination ?? pino.destination({ dest: 2, sync: false }),
  );
