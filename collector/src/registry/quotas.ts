/**
 * THE table of quotas: what a merchant may have of its own in place of the configuration's limit. `limits` are the names of those
 * limits (config.ts); the window stays the configuration's, only the number changes.
 */
export const QUOTAS = {
  batches: {
    limits: ['merchant'],
    label: 'Batches',
    doc: 'Batches of logs; the SDK sends one about every two seconds of use.',
  },
  late_batches: {
    limits: ['lateMerchant'],
    label: 'Late batches',
    doc: 'Batches from an outbox, after their session ended.',
  },
  sessions: {
    limits: ['openKey', 'openGrant'],
    label: 'Sessions',
    doc: 'Sessions opened by grants, and as many by each site key.',
  },
} as const satisfies Record<string, { limits: readonly string[]; label: string; doc: string }>;

export type QuotaName = keyof typeof QUOTAS;
export const QUOTA_NAMES = Object.keys(QUOTAS) as readonly QuotaName[];

/** Largest quota, a second: beyond what a collector takes. */
export const MAX_QUOTA = 1_000_000;

/** A merchant's own quotas, each a second; what is absent is the configuration's. */
export type Quotas = Readonly<Partial<Record<QuotaName, number>>>;
