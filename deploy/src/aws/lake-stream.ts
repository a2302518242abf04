import {
  FIREHOSE_BUFFER_SECONDS,
  FIREHOSE_ERROR_PREFIX,
  FIREHOSE_EXTENSION,
  FIREHOSE_PARTITION_QUERY,
  FIREHOSE_PREFIX,
} from '@gander/log-codes';
import { ArnFormat, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { LogGroup, LogStream, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';

/** Objects are delivered at this size (the least is 64 MB with dynamic partitioning), or when they are old enough. */
const BUFFER_MB = 128;

const parameter = (parameterName: string, parameterValue: string) => ({ parameterName, parameterValue });

/** The delivery stream with dynamic partitioning by jq, and the role it writes with. */
export const createLakeStream = (stack: Stack, bucket: Bucket): CfnDeliveryStream => {
  const logGroup = new LogGroup(stack, 'StreamLogs', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const logStream = new LogStream(stack, 'StreamLog', { logGroup, removalPolicy: RemovalPolicy.DESTROY });
  const role = new Role(stack, 'StreamRole', {
    description: 'Firehose writes landed logs and its own dead letters, nothing else.',
    assumedBy: new ServicePrincipal('firehose.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  });
  const statements = [
    new PolicyStatement({
      actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      resources: [bucket.bucketArn],
    }),
    new PolicyStatement({
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      resources: ['landing/logs/*', 'dead-letter/firehose/*'].map((keys) => bucket.arnForObjects(keys)),
    }),
    new PolicyStatement({
      actions: ['logs:PutLogEvents'],
      resources: [
        stack.formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: `${logGroup.logGroupName}:log-stream:${logStream.logStreamName}`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
    }),
  ];
  for (const statement of statements) role.addToPolicy(statement);

  const stream = new CfnDeliveryStream(stack, 'Stream', {
    deliveryStreamType: 'DirectPut',
    deliveryStreamEncryptionConfigurationInput: { keyType: 'AWS_OWNED_CMK' },
    extendedS3DestinationConfiguration: {
      bucketArn: bucket.bucketArn,
      roleArn: role.roleArn,
      bufferingHints: { intervalInSeconds: FIREHOSE_BUFFER_SECONDS, sizeInMBs: BUFFER_MB },
      compressionFormat: 'GZIP',
      fileExtension: FIREHOSE_EXTENSION,
      prefix: FIREHOSE_PREFIX,
      errorOutputPrefix: FIREHOSE_ERROR_PREFIX,
      cloudWatchLoggingOptions: {
        enabled: true,
        logGroupName: logGroup.logGroupName,
        logStreamName: logStream.logStreamName,
      },
      dynamicPartitioningConfiguration: { enabled: true, retryOptions: { durationInSeconds: 300 } },
      processingConfiguration: {
        enabled: true,
        processors: [
          { type: 'RecordDeAggregation', parameters: [parameter('SubRecordType', 'JSON')] },
          {
            type: 'MetadataExtraction',
            parameters: [
              parameter('MetadataExtractionQuery', FIREHOSE_PARTITION_QUERY),
              parameter('JsonParsingEngine', 'JQ-1.6'),
            ],
          },
          { type: 'AppendDelimiterToRecord', parameters: [parameter('Delimiter', '\\n')] },
        ],
      },
    },
  });
  // Firehose tries its role at once.
  const policy = role.node.tryFindChild('DefaultPolicy');
  if (policy) stream.node.addDependency(policy);
  return stream;
};
