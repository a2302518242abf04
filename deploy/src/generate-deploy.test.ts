import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAKE_COLUMNS, PARTITION_COLUMNS, TRANSACTION_COLUMNS } from '@gander/log-codes';
import { describe, expect, it } from 'vitest';
import { projectionProperties } from './athena-ddl.ts';
import { generateDeploy } from './generate-deploy.ts';
import { lakeTables } from './tables.ts';

const root = join(import.meta.dirname, '../..');
const generated = generateDeploy();

describe('deploy/athena', () => {
  it.each([...generated.keys()])('%s is what the tables say (else: npm run generate)', (path) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(generated.get(path));
  });

  it('holds nothing else', () => {
    expect(
      readdirSync(join(root, 'deploy/athena'))
        .map((name) => `deploy/athena/${name}`)
        .sort(),
    ).toEqual([...generated.keys()].sort());
  });

  it('has every column of the column table, in order', () => {
    const columnsOf = (path: string): string[] =>
      [...generated.get(path)!.matchAll(/^ {2}`(\w+)` \w+ COMMENT/gm)].map((m) => m[1]!);
    const logs = LAKE_COLUMNS.map((c) => c.name);
    expect(columnsOf('deploy/athena/01-landing_logs.sql')).toEqual([
      ...logs,
      ...PARTITION_COLUMNS.map((c) => c.name),
    ]);
    expect(columnsOf('deploy/athena/02-lake_logs.sql')).toEqual([...logs, 'dt', 'shard']);
    expect(columnsOf('deploy/athena/04-transactions.sql')).toEqual([
      ...TRANSACTION_COLUMNS.map((c) => c.name),
      'dt',
    ]);
  });
});

describe('partition projection', () => {
  it('names each partition column in its type, range and place', () => {
    const [landing] = lakeTables({ shards: 4, lakeFrom: '2026-01-01', landingFrom: '2026-02-01' });
    expect(projectionProperties(landing!, 's3://b/landing/logs/')).toEqual({
      'projection.enabled': 'true',
      'projection.dt.type': 'date',
      'projection.dt.range': '2026-02-01,NOW',
      'projection.dt.format': 'yyyy-MM-dd',
      'projection.dt.interval': '1',
      'projection.dt.interval.unit': 'DAYS',
      'projection.hour.type': 'integer',
      'projection.hour.range': '0,23',
      'projection.hour.digits': '2',
      'projection.shard.type': 'integer',
      'projection.shard.range': '0,3',
      'projection.shard.digits': '2',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Athena's own placeholders
      'storage.location.template': 's3://b/landing/logs/dt=${dt}/hour=${hour}/shard=${shard}/',
    });
  });

  it('is absent where there are no partitions', () => {
    const merchants = lakeTables().find((t) => t.name === 'merchants')!;
    expect(projectionProperties(merchants, 's3://b/lake/merchants/')).toEqual({});
  });
});
