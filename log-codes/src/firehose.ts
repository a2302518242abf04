/**
 * What the collector writes into a Firehose stream and what the stream makes of it; read by the Firehose target, its tests and the
 * CDK app, so that they cannot drift apart.
 */

/** The jq query (jq 1.6) by which Firehose partitions: the collector writes these three into each row. */
export const FIREHOSE_PARTITION_QUERY = '{dt:.dt,hour:.hour,shard:.shard}';

/** Where Firehose puts rows: the same folders as the collector's own landing. */
export const FIREHOSE_PREFIX =
  'landing/logs/dt=!{partitionKeyFromQuery:dt}/hour=!{partitionKeyFromQuery:hour}/shard=!{partitionKeyFromQuery:shard}/';

/** Where Firehose puts what it cannot deliver; the kind of error stands before the object's name. */
export const FIREHOSE_ERROR_PREFIX =
  'dead-letter/firehose/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/!{firehose:error-output-type}-';

/** End of the objects' names: what readers of landing look for. */
export const FIREHOSE_EXTENSION = '.ndjson.gz';

/** Longest time that Firehose gathers rows before it writes an object, seconds. */
export const FIREHOSE_BUFFER_SECONDS = 300;
