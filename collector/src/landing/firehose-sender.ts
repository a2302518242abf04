import { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import type { SendRecords } from './firehose-target.ts';
import type { LandingConfig } from './landing-config.ts';
import { requestTimeouts } from './request-timeouts.ts';

/**
 * Sends records to a delivery stream by PutRecordBatch. Credentials come from the usual AWS environment, files or role. Calls that
 * fail as a whole by the network, a 5xx or throttling are tried three times by the client itself.
 */
export const createFirehoseSender = (config: LandingConfig['firehose']): SendRecords => {
  const client = new FirehoseClient({
    region: config.region,
    requestHandler: requestTimeouts(),
    ...(config.endpoint && { endpoint: config.endpoint }),
  });
  return async (records) => {
    const { RequestResponses = [] } = await client.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: config.stream,
        Records: records.map((Data) => ({ Data })),
      }),
    );
    return records.map((_, i) => {
      const response = RequestResponses[i];
      return response?.RecordId ? undefined : (response?.ErrorCode ?? 'NoAnswer');
    });
  };
};
