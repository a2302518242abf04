import { z } from 'zod';
import { LAKE_COLUMNS } from './columns.ts';

const types = {
  varchar: z.string(),
  bigint: z.number().int(),
  integer: z.number().int(),
  smallint: z.number().int().min(0).max(9_999),
  boolean: z.boolean(),
} as const;

/** Checks one row of the lake, as landing writes it: every column known, of its type, and present unless nullable. */
export const lakeRowSchema = z.strictObject(
  Object.fromEntries(
    LAKE_COLUMNS.map((c) => [c.name, c.nullable ? types[c.type].nullish() : types[c.type]] as const),
  ),
);
