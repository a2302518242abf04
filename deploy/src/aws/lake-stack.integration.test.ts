import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIREHOSE_PARTITION_QUERY } from '@gander/log-codes';
import type { CfnResource } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Preflight } from 'cdk-preflight';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lakeTables } from '../tables.ts';
import { lakeViews } from '../views.ts';
import { generateTemplate } from './generate-template.ts';
import { createApp, createLakeStack } from './lake-stack.ts';

const root = join(import.meta.dirname, '../../..');
let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'gander-cdk-'));
});
afterEach(() => rmSync(outdir, { recursive: true }));

describe('deploy/aws/generated/gander-lake.template.json', () => {
  it('is what the app synthesizes (else: npm run generate)', () => {
    for (const [path, content] of generateTemplate())
      expect(readFileSync(join(root, path), 'utf8')).toBe(content);
  });

  it('names no account, no region and no asset', () => {
    const template = readFileSync(join(root, 'deploy/aws/generated/gander-lake.template.json'), 'utf8');
    expect(template).not.toMatch(/\d{12}[^\d]*:(?:role|policy)|cdk-hnb659fds|AssetParameters/);
    expect(template).not.toMatch(/"[a-z]{2}-[a-z]+-\d"/);
  });
});

describe('the lake on AWS', () => {
  const templateOf = (): Template => Template.fromStack(createLakeStack(createApp(outdir)));

  it('passes the offline validation, which finds faults', () => {
    const app = createApp(outdir);
    Preflight.apply(app, { strict: true });
    const stack = createLakeStack(app);
    expect(() => app.synth()).not.toThrow();
    const stream = stack.node.findChild('Stream') as CfnResource;
    stream.addPropertyOverride('ExtendedS3DestinationConfiguration.BufferingHints.SizeInMBs', 5);
    expect(() => app.synth({ force: true })).toThrow();
  });

  it('has a Glue table for each table and view of the DDL', () => {
    const found = Object.values(templateOf().findResources('AWS::Glue::Table')).map(
      (r) => (r as { Properties: { TableInput: { Name: string } } }).Properties.TableInput.Name,
    );
    expect(found.sort()).toEqual([...lakeTables(), ...lakeViews()].map((t) => t.name).sort());
  });

  it('partitions by the query that the collector writes for, and keeps no old versions', () => {
    const template = templateOf();
    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: Match.objectLike({
        DynamicPartitioningConfiguration: Match.objectLike({ Enabled: true }),
        ProcessingConfiguration: {
          Enabled: true,
          Processors: [
            Match.objectLike({ Type: 'RecordDeAggregation' }),
            Match.objectLike({
              Parameters: Match.arrayWith([
                { ParameterName: 'MetadataExtractionQuery', ParameterValue: FIREHOSE_PARTITION_QUERY },
              ]),
            }),
            Match.objectLike({ Type: 'AppendDelimiterToRecord' }),
          ],
        },
      }),
    });
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({ VersioningConfiguration: Match.absent() }),
    });
  });

  it('grants nothing by wildcard: no action and no whole resource', () => {
    const template = templateOf();
    const policies = [
      ...Object.values(template.findResources('AWS::IAM::ManagedPolicy')),
      ...Object.values(template.findResources('AWS::IAM::Policy')),
    ] as {
      Properties: {
        PolicyDocument: { Statement: { Effect: string; Action: string | string[]; Resource: unknown }[] };
      };
    }[];
    const statements = policies.flatMap((p) => p.Properties.PolicyDocument.Statement);
    expect(statements.length).toBeGreaterThan(8);
    for (const { Effect, Action, Resource } of statements) {
      expect(Effect).toBe('Allow');
      expect([Action].flat().join()).not.toContain('*');
      expect([Resource].flat()).not.toContain('*');
    }
  });

  it('lets the collector write, and read nothing but what was erased', () => {
    const [policy] = Object.values(
      templateOf().findResources('AWS::IAM::ManagedPolicy', {
        Properties: { Description: Match.stringLikeRegexp('collector needs') },
      }),
    ) as { Properties: { PolicyDocument: { Statement: { Action: string | string[] }[] } } }[];
    const statements = policy!.Properties.PolicyDocument.Statement;
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions).toContain('firehose:PutRecordBatch');
    expect(actions).not.toContain('s3:DeleteObject');
    const reads = statements.filter(({ Action }) => /s3:(?:Get|List)/.test([Action].flat().join()));
    expect(reads.map((statement) => /"[^"]*(lake\/[^"]*)"/.exec(JSON.stringify(statement))?.[1])).toEqual([
      'lake/suppressed/*',
      'lake/suppressed/*',
    ]);
  });
});
