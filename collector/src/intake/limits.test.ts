import { describe, expect, it } from 'vitest';
import { configSchema } from '../config.ts';
import { QUOTAS } from '../registry/quotas.ts';
import type { Merchant } from '../registry/registry.ts';
import { createLimits } from './limits.ts';

const config = configSchema.parse({ limits: { merchant: { points: 20, seconds: 10 } } }).limits;
const merchant = (id: string, quotas: Merchant['quotas']): Merchant => ({
  id,
  name: id,
  origins: new Set(),
  createdMs: 0,
  disabledMs: null,
  quotas,
});

describe('quotas', () => {
  const merchants = new Map([['small', merchant('small', { batches: 1, sessions: 1 })]]);
  const registry = {
    merchant: (id: string) => merchants.get(id),
    merchantOfSiteKey: (key: string) => merchants.get(key.replace('gpk_', '')),
  };
  const limits = createLimits(config, () => 0, undefined, registry);
  const through = async (limit: keyof typeof config, key: string): Promise<number> => {
    let n = 0;
    for (let i = 0; i < 100; i++) if ((await limits[limit].take(key)) <= 0) n++;
    return n;
  };

  it('stand in for the configuration’s number, for that merchant alone, in its window', async () => {
    expect(await through('merchant', 'small')).toBe(10);
    expect(await through('merchant', 'usual')).toBe(20);
    expect(await through('openKey', 'gpk_small')).toBe(10);
    expect(await through('openGrant', 'small')).toBe(10);
    expect(await through('lateMerchant', 'small')).toBe(100);
  });

  it('count from the next request on, and go when they are taken away', async () => {
    expect(await limits.merchant.take('small')).toBeGreaterThan(0);
    merchants.set('small', merchant('small', { batches: 5 }));
    expect(await through('merchant', 'small')).toBe(50);
    merchants.set('small', merchant('small', {}));
    expect(await through('merchant', 'small')).toBe(20);
  });

  it('are of limits that there are', () => {
    for (const { limits: names } of Object.values(QUOTAS)) {
      for (const name of names) expect(config).toHaveProperty(name);
    }
  });
});
