import type { Registry } from '@gander/collector';

/** What the demo checkout needs to be a merchant's page. */
export interface DemoMerchant {
  readonly id: string;
  readonly siteKey: string;
  readonly secretKey: string;
}

const NAME = 'Demo shop';

/**
 * Finds or makes the demo merchant with its keys, and lets exactly these origins speak for it (ports may change between starts).
 * @param origins e.g. `['http://localhost:7072']`
 */
export const ensureDemoMerchant = async (
  registry: Registry,
  origins: readonly string[],
): Promise<DemoMerchant> => {
  const known = registry.merchants().find((merchant) => merchant.name === NAME);
  const { id } = known ?? (await registry.createMerchant({ name: NAME, origins }));
  for (const origin of origins) if (!known?.origins.has(origin)) await registry.addOrigin(id, origin);
  for (const origin of known?.origins ?? []) {
    if (!origins.includes(origin)) await registry.removeOrigin(id, origin);
  }
  const live = registry.keysOf(id).filter((key) => key.revokedMs === null);
  const siteKey = live.find((key) => key.kind === 'site')?.id ?? (await registry.createSiteKey(id));
  const keyId = live.find((key) => key.kind === 'secret')?.id;
  const secretKey = (keyId && registry.secretOf(id, keyId)) || (await registry.createSecretKey(id));
  return { id, siteKey, secretKey };
};
