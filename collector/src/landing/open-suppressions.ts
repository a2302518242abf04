import { openStore } from '../lake/open-store.ts';
import {
  createSuppressionList,
  createSuppressionReader,
  type SuppressionList,
} from '../lake/suppressions.ts';
import { isInBucket, type LandingConfig } from './landing-config.ts';

/** A listing of a bucket costs; what lands meanwhile is hidden by the views and dropped by compaction. */
export const REMOTE_MS = 60_000;

/**
 * Reads what was erased, before each round of landing; a few small files.
 * @param failed told of an error that does not keep landing from going on
 */
export const openSuppressions = async (
  config: LandingConfig,
  dataDir: string,
  failed: (error: unknown) => void,
): Promise<() => Promise<SuppressionList>> => {
  const read = createSuppressionReader(await openStore(config, dataDir));
  return isInBucket(config) ? keepSuppressions(read, () => performance.now(), failed) : read;
};

/**
 * Asks at most once a minute and goes on with what is known meanwhile. Before anything is known it rejects, and landing waits: an
 * outage of the bucket ends. A refusal (403) does not: who may write and not read lands without the list, since the views and
 * compaction hold against it all the same, and a journal that is never landed fills up until batches are refused.
 * @param monotonic ms
 */
export const keepSuppressions = (
  read: () => Promise<SuppressionList>,
  monotonic: () => number,
  failed: (error: unknown) => void,
): (() => Promise<SuppressionList>) => {
  let known: SuppressionList | undefined;
  let readAt = 0;
  return async () => {
    if (known && monotonic() - readAt <= REMOTE_MS) return known;
    try {
      known = await read();
    } catch (error) {
      if (isRefusal(error)) known ??= createSuppressionList([]);
      if (!known) throw error;
      failed(error);
    }
    readAt = monotonic();
    return known;
  };
};

const isRefusal = (error: unknown): boolean =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 403;
