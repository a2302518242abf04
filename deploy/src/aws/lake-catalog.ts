import type { Stack } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { hiveType, projectionProperties, SERDES } from '../athena-ddl.ts';
import { type LakeShape, type LakeTable, lakeTables } from '../tables.ts';
import { type LakeView, lakeViews } from '../views.ts';
import { DATABASE, workgroup } from '../workgroup.ts';

/** Glue's database, tables and views, and Athena's workgroup. */
export const createLakeCatalog = (stack: Stack, bucket: Bucket, shape: LakeShape): CfnWorkGroup => {
  const database = new CfnDatabase(stack, 'Database', {
    catalogId: stack.account,
    databaseInput: { name: DATABASE, description: 'Logs of how payment pages are filled in (Gander).' },
  });
  for (const table of lakeTables(shape)) {
    new CfnTable(stack, `Table${pascal(table.name)}`, {
      catalogId: stack.account,
      databaseName: DATABASE,
      tableInput: tableInput(table, bucket.bucketName),
    }).addResourceDependency(database);
  }
  for (const view of lakeViews()) {
    new CfnTable(stack, `View${pascal(view.name)}`, {
      catalogId: stack.account,
      databaseName: DATABASE,
      tableInput: viewInput(view),
    }).addResourceDependency(database);
  }
  const settings = workgroup(bucket.bucketName);
  const { EncryptionConfiguration, OutputLocation } = settings.Configuration.ResultConfiguration;
  return new CfnWorkGroup(stack, 'WorkGroup', {
    name: settings.Name,
    description: settings.Description,
    recursiveDeleteOption: false,
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: settings.Configuration.EnforceWorkGroupConfiguration,
      publishCloudWatchMetricsEnabled: settings.Configuration.PublishCloudWatchMetricsEnabled,
      bytesScannedCutoffPerQuery: settings.Configuration.BytesScannedCutoffPerQuery,
      requesterPaysEnabled: settings.Configuration.RequesterPaysEnabled,
      engineVersion: { selectedEngineVersion: settings.Configuration.EngineVersion.SelectedEngineVersion },
      resultConfiguration: {
        outputLocation: OutputLocation,
        encryptionConfiguration: { encryptionOption: EncryptionConfiguration.EncryptionOption },
      },
    },
  });
};

const pascal = (name: string): string => name.replace(/(?:^|_)(\w)/g, (_, c: string) => c.toUpperCase());

/** Glue takes comments of at most 255 characters. */
const comment = (doc: string): string => doc.slice(0, 255);

const tableInput = (table: LakeTable, bucket: string): CfnTable.TableInputProperty => {
  const location = `s3://${bucket}/${table.folder}/`;
  const { serde, input, output } = SERDES[table.format];
  return {
    name: table.name,
    description: table.doc,
    tableType: 'EXTERNAL_TABLE',
    parameters: { EXTERNAL: 'TRUE', ...projectionProperties(table, location) },
    partitionKeys: table.partitions.map((p) => ({ name: p.name, type: 'string', comment: comment(p.doc) })),
    storageDescriptor: {
      location,
      inputFormat: input,
      outputFormat: output,
      serdeInfo: { serializationLibrary: serde, parameters: { 'serialization.format': '1' } },
      columns: table.columns.map((c) => ({ name: c.name, type: hiveType(c.type), comment: comment(c.doc) })),
    },
  };
};

/** A view as Athena itself stores one: its definition in Presto's form, base64 in a comment. */
const viewInput = (view: LakeView): CfnTable.TableInputProperty => {
  const definition = {
    originalSql: view.select,
    catalog: 'awsdatacatalog',
    schema: DATABASE,
    columns: view.columns.map(({ name, type }) => ({ name, type })),
  };
  const text = Buffer.from(JSON.stringify(definition)).toString('base64');
  return {
    name: view.name,
    description: view.doc,
    tableType: 'VIRTUAL_VIEW',
    parameters: { presto_view: 'true', comment: 'Presto View' },
    viewOriginalText: `/* Presto View: ${text} */`,
    viewExpandedText: '/* Presto View */',
    storageDescriptor: {
      columns: view.columns.map((c) => ({ name: c.name, type: HIVE[c.type] ?? c.type })),
      serdeInfo: {},
    },
  };
};

const HIVE: Readonly<Record<string, string>> = { varchar: 'string', integer: 'int' };
