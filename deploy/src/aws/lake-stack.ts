import { App, BootstraplessSynthesizer, CfnOutput, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import { DEFAULT_SHAPE, type LakeShape } from '../tables.ts';
import { createLakeAccess } from './lake-access.ts';
import { createLakeAlarms } from './lake-alarms.ts';
import { createLakeBucket } from './lake-bucket.ts';
import { createLakeCatalog } from './lake-catalog.ts';
import { createLakeStream } from './lake-stream.ts';

/**
 * The lake on AWS: bucket → stream → catalog and workgroup → who may do what → alarms. Needs no account to be synthesized, and no
 * bootstrap to be deployed: it has no assets.
 * @param app the CDK app it becomes part of
 * @param shape number of shards, days that queries look at
 */
export const createLakeStack = (app: App, shape: LakeShape = DEFAULT_SHAPE): Stack => {
  const stack = new Stack(app, 'GanderLake', {
    description: 'Gander: the lake of logs, its Firehose stream, and Athena over it.',
    // The CDK's own types do not know exactOptionalPropertyTypes.
    synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
    analyticsReporting: false,
  });
  const bucket = createLakeBucket(stack);
  const stream = createLakeStream(stack, bucket);
  const workGroup = createLakeCatalog(stack, bucket, shape);
  const policies = createLakeAccess(stack, bucket, stream, workGroup);
  const topic = createLakeAlarms(stack, stream);

  const outputs: Readonly<Record<string, string>> = {
    BucketName: bucket.bucketName,
    StreamName: stream.ref,
    AlarmTopicArn: topic.topicArn,
    CollectorPolicyArn: policies.collector.managedPolicyArn,
    CompactorPolicyArn: policies.compactor.managedPolicyArn,
    AnalystPolicyArn: policies.analyst.managedPolicyArn,
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
  return stack;
};

/** Makes the app; `outdir` for tests. */
export const createApp = (outdir?: string): App =>
  new App({ analyticsReporting: false, ...(outdir && { outdir }) });
