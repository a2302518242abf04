import type { Stack } from 'aws-cdk-lib';
import type { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { DATABASE } from '../workgroup.ts';

/** Policies of least privilege, one for each kind of work; attach each to the role that does it. */
export const createLakeAccess = (
  stack: Stack,
  bucket: Bucket,
  stream: CfnDeliveryStream,
  workGroup: CfnWorkGroup,
): Readonly<Record<'collector' | 'compactor' | 'analyst', ManagedPolicy>> => {
  const objects = (...keys: string[]): string[] => keys.map((key) => bucket.arnForObjects(key));
  const list = (...prefixes: string[]): PolicyStatement =>
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': prefixes } },
    });
  const glue = (resource: string, resourceName: string): string =>
    stack.formatArn({ service: 'glue', resource, resourceName });

  const collector = new ManagedPolicy(stack, 'CollectorPolicy', {
    description:
      'What a collector needs: to land logs, directly or through Firehose, and to read what was erased. It can read no log.',
    statements: [
      new PolicyStatement({ actions: ['firehose:PutRecordBatch'], resources: [stream.attrArn] }),
      new PolicyStatement({
        actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
        resources: objects('landing/logs/*', 'dead-letter/collector/*'),
      }),
      // Without these two it lands all the same; what was erased is then left out only by views and compaction.
      list('lake/suppressed/*'),
      new PolicyStatement({ actions: ['s3:GetObject'], resources: objects('lake/suppressed/*') }),
    ],
  });
  const compactor = new ManagedPolicy(stack, 'CompactorPolicy', {
    description:
      'What gander compact, gander erase and the console need: to read and write landing, lake and dead letters.',
    statements: [
      // The whole bucket: with a condition, reading an object that is not there is refused (403) instead of answered (404).
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        resources: objects('landing/logs/*', 'lake/*', 'dead-letter/*'),
      }),
    ],
  });
  const analyst = new ManagedPolicy(stack, 'AnalystPolicy', {
    description: 'What an analyst needs: to query in the workgroup with the scan cut-off, and in no other.',
    statements: [
      new PolicyStatement({
        actions: [
          'athena:BatchGetQueryExecution',
          'athena:GetQueryExecution',
          'athena:GetQueryResults',
          'athena:GetWorkGroup',
          'athena:ListQueryExecutions',
          'athena:StartQueryExecution',
          'athena:StopQueryExecution',
        ],
        resources: [
          stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: workGroup.name }),
        ],
      }),
      new PolicyStatement({
        actions: ['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables', 'glue:GetPartitions'],
        resources: [
          stack.formatArn({ service: 'glue', resource: 'catalog' }),
          glue('database', DATABASE),
          glue('table', `${DATABASE}/*`),
        ],
      }),
      list('landing/logs/*', 'lake/*', 'dead-letter/*', 'athena-results/*'),
      new PolicyStatement({ actions: ['s3:GetBucketLocation'], resources: [bucket.bucketArn] }),
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: objects('landing/logs/*', 'lake/*', 'dead-letter/*'),
      }),
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
        resources: objects('athena-results/*'),
      }),
    ],
  });
  return { collector, compactor, analyst };
};
