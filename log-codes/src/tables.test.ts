import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate } from '../scripts/generate.ts';
import { ATTRIBUTE, ATTRIBUTES } from './attributes.ts';
import { LOG_CLASSES } from './classes.ts';
import { classOf, LOG_CODES, type LogCodeRow, storedCode } from './codes.ts';
import { LAKE_COLUMNS, shardOf } from './columns.ts';
import { FIELD_CLASSES } from './field-classes.ts';
import * as logs from './generated/logs.ts';

const unique = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

describe('the table of log codes', () => {
  it('has unique numbers in order, unique names, and only registered attributes and classes', () => {
    const numbers = LOG_CODES.map((c) => c.code);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(unique(numbers)).toBe(true);
    expect(unique(LOG_CODES.map((c) => c.name))).toBe(true);
    for (const row of LOG_CODES as readonly LogCodeRow[]) {
      expect(LOG_CLASSES.map((c) => c.id)).toContain(classOf(row.code));
      expect(unique(row.attributes), row.name).toBe(true);
      for (const attribute of row.attributes) expect(ATTRIBUTE.has(attribute), attribute).toBe(true);
    }
  });

  it('uses every attribute', () => {
    const used = new Set<string>(LOG_CODES.flatMap((c) => c.attributes as readonly string[]));
    expect(ATTRIBUTES.map((a) => a.name).filter((name) => !used.has(name))).toEqual([]);
  });

  it('has one maker of logs for each code, and none more', () => {
    const makers = new Map(Object.entries(logs));
    expect(makers.size).toBe(LOG_CODES.length);
    for (const row of LOG_CODES) {
      const name = row.name.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());
      const log = (makers.get(name) as (a: object) => readonly unknown[])({});
      expect(log[0]).toBe(row.code);
      expect(log).toHaveLength(row.attributes.length + 1);
    }
  });

  it('makes stored codes of four digits', () => {
    expect(storedCode(1, 220)).toBe(1220);
  });
});

describe('registries', () => {
  it('has unique attributes, values and bits', () => {
    expect(unique(ATTRIBUTES.map((a) => a.name))).toBe(true);
    for (const a of ATTRIBUTE.values()) {
      const values = Object.values(a.values ?? {});
      expect(unique(values), a.name).toBe(true);
      if (a.type === 'bits') for (const v of values) expect(v & (v - 1), a.name).toBe(0);
    }
  });

  it('has field classes whose id is their place, secret unless known', () => {
    expect(FIELD_CLASSES.map((c) => c.id)).toEqual(FIELD_CLASSES.map((_, i) => i));
    expect(FIELD_CLASSES[0]).toMatchObject({ name: 'unknown', tier: 'S0' });
  });

  it('has one lake column for each attribute', () => {
    const columns = LAKE_COLUMNS.filter((c) => c.from === 'attribute').map((c) => c.name);
    expect(columns).toEqual(ATTRIBUTES.map((a) => a.name));
    expect(unique(LAKE_COLUMNS.map((c) => c.name))).toBe(true);
  });

  it('shards by FNV-1a', () => {
    // Test vectors of the FNV authors: "" → 811c9dc5, "a" → e40c292c, "foobar" → bf9cf968.
    expect(shardOf('', 256)).toBe(String(0xc5));
    expect(shardOf('a', 256)).toBe(String(0x2c));
    expect(shardOf('foobar', 256)).toBe(String(0x68));
    expect(shardOf('foobar', 1)).toBe('00');
  });
});

describe('generated files', () => {
  it.each([...generate().keys()])('%s is what the tables say (else: npm run generate)', (path) => {
    expect(readFileSync(join(import.meta.dirname, '../..', path), 'utf8')).toBe(generate().get(path));
  });
});
