import { z } from 'zod';

const whole = (min: number, max: number) => z.number().int().min(min).max(max);

/** Options of the lake's upkeep: part of the collector's configuration, where it is documented. */
export const lakeConfigSchema = z.strictObject({
  upkeep: z
    .boolean()
    .default(true)
    .describe(
      'Compact and apply retention, each round in a process that this one starts; of several collectors of one lake, one at a time does.',
    ),
  everyMs: whole(1_000, 86_400_000).default(300_000).describe('How often upkeep looks for closed hours, ms.'),
  graceMs: whole(0, 86_400_000)
    .default(300_000)
    .describe('An hour is compacted this long after its end, ms: landing and clocks are a little behind.'),
  memory: z
    .string()
    .regex(/^[0-9]+(MB|GB)$/)
    .default('1GB')
    .describe('Most memory that compaction uses; beyond it, the disk is used.'),
  landingDays: whole(1, 3_650)
    .default(14)
    .describe('Days that landing objects are kept, compacted ones only; no longer than the lake.'),
  lakeDays: whole(1, 36_500).default(396).describe('Days that the lake is kept: 13 months.'),
  deadLetterDays: whole(1, 3_650).default(30).describe('Days that dead letters are kept.'),
});

/** Options of the lake's upkeep, defaults filled in. */
export type LakeConfig = z.output<typeof lakeConfigSchema>;
