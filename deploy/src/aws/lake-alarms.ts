import { Duration, type Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { WORKGROUP } from '../workgroup.ts';

interface AlarmRow {
  readonly id: string;
  readonly metric: string;
  readonly statistic: string;
  readonly over: number;
  readonly doc: string;
}

/** Alarms on the stream: metrics of https://docs.aws.amazon.com/firehose/latest/dev/cloudwatch-metrics.html over 5 minutes. */
// biome-ignore format: one row is one line
const STREAM_ALARMS: readonly AlarmRow[] = [
  { id: 'Stale', metric: 'DeliveryToS3.DataFreshness', statistic: 'Maximum', over: 1_800, doc: 'The oldest log in Firehose waits for more than 30 minutes.' },
  { id: 'Throttled', metric: 'ThrottledRecords', statistic: 'Sum', over: 0, doc: 'Records were throttled: raise the quota of the stream. The collector sends them again.' },
  { id: 'TooManyPartitions', metric: 'PartitionCountExceeded', statistic: 'Maximum', over: 0, doc: 'More active partitions than the stream may have: rows go to dead-letter/firehose.' },
];

/** Bytes that the workgroup may scan in a day before somebody should look: 5 TiB, about 25 USD. */
const SCANNED_A_DAY = 5 * 1024 ** 4;

/** Alarms, sent to one topic; whoever is to hear of them subscribes to it. */
export const createLakeAlarms = (stack: Stack, stream: CfnDeliveryStream): Topic => {
  const topic = new Topic(stack, 'Alarms', { displayName: 'Gander lake alarms', enforceSSL: true });
  const action = new SnsAction(topic);
  const over = (id: string, metric: Metric, threshold: number, alarmDescription: string): void =>
    new Alarm(stack, `Alarm${id}`, {
      metric,
      threshold,
      alarmDescription,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(action);

  for (const row of STREAM_ALARMS) {
    const metric = new Metric({
      namespace: 'AWS/Firehose',
      metricName: row.metric,
      dimensionsMap: { DeliveryStreamName: stream.ref },
      statistic: row.statistic,
      period: Duration.minutes(5),
    });
    over(row.id, metric, row.over, row.doc);
  }
  const scanned = new Metric({
    namespace: 'AWS/Athena',
    metricName: 'ProcessedBytes',
    dimensionsMap: { WorkGroup: WORKGROUP },
    statistic: 'Sum',
    period: Duration.days(1),
  });
  over(
    'Scanned',
    scanned,
    SCANNED_A_DAY,
    'Queries of a day scanned more than 5 TiB: somebody forgets `where dt = …`.',
  );
  return topic;
};
