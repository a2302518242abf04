import { Hono } from 'hono';
import { z } from 'zod';
import { isMerchantName } from '../registry/merchant-name.ts';
import { canonicalOrigin } from '../registry/origin.ts';
import { MAX_QUOTA, QUOTA_NAMES, QUOTAS } from '../registry/quotas.ts';
import { ALL_MERCHANTS } from '../users/roles.ts';
import type { IntegrationAnswer, MerchantSettings } from './api.ts';
import { ApiError } from './api-errors.ts';
import { readAudit, writeAudit } from './audit.ts';
import { type ApiContext, type ApiEnv, merchantOf } from './context.ts';
import { readBody } from './read-body.ts';

const origin = z.string().refine((text) => canonicalOrigin(text) !== undefined);
const merchantBody = z.strictObject({
  name: z.string().trim().refine(isMerchantName),
  origins: z.array(origin).max(50),
});
const originBody = z.strictObject({ origin });
const disabledBody = z.strictObject({ disabled: z.boolean() });
const quotaBody = z.strictObject({ perSecond: z.number().int().min(1).max(MAX_QUOTA).nullable() });

/** Merchants, their origins, keys and quotas; the trail of changes. */
export const settingsRoutes = (context: ApiContext): Hono<ApiEnv> => {
  const routes = new Hono<ApiEnv>();
  const { registry } = context;

  routes.post('/merchants', async (c) => {
    const body = await readBody(c, merchantBody);
    const { id } = await registry.createMerchant(body);
    await registry.createSiteKey(id);
    await writeAudit(context, c.get('user'), { merchant: id, action: 'merchant made', target: body.name });
    return c.json({ id }, 201);
  });

  routes.get('/merchants/:merchant/settings', (c) => {
    const id = merchantOf(context, c);
    const merchant = registry.merchant(id)!;
    const answer: MerchantSettings = {
      id,
      name: merchant.name,
      createdMs: merchant.createdMs,
      disabledMs: merchant.disabledMs,
      origins: [...merchant.origins],
      keys: registry
        .keysOf(id)
        .map(({ kind, id: key, createdMs, revokedMs }) => ({ kind, id: key, createdMs, revokedMs })),
      quotas: QUOTA_NAMES.map((name) => {
        // The first of its limits; each counts for itself.
        const { points = 0, seconds = 1 } = context.limits?.[QUOTAS[name].limits[0]] ?? {};
        const { label, doc } = QUOTAS[name];
        return {
          name,
          label,
          doc,
          perSecond: merchant.quotas[name] ?? null,
          usual: points / seconds,
          seconds,
        };
      }),
    };
    return c.json(answer);
  });

  routes.put('/merchants/:merchant/disabled', async (c) => {
    const merchant = merchantOf(context, c);
    const { disabled } = await readBody(c, disabledBody);
    await registry.setDisabled(merchant, disabled);
    await writeAudit(context, c.get('user'), {
      merchant,
      action: disabled ? 'merchant disabled' : 'merchant enabled',
    });
    return c.json({});
  });

  routes.put('/merchants/:merchant/quotas/:quota', async (c) => {
    const merchant = merchantOf(context, c);
    const name = QUOTA_NAMES.find((q) => q === c.req.param('quota'));
    if (!name) throw new ApiError('not_found');
    const { perSecond } = await readBody(c, quotaBody);
    const before = registry.merchant(merchant)!.quotas[name];
    await registry.setQuota(merchant, name, perSecond);
    await writeAudit(context, c.get('user'), {
      merchant,
      action: 'quota set',
      target: name,
      detail: `${before ?? 'usual'} to ${perSecond ?? 'usual'} a second`,
    });
    return c.json({});
  });

  routes.post('/merchants/:merchant/origins', async (c) => {
    const merchant = merchantOf(context, c);
    const body = await readBody(c, originBody);
    await registry.addOrigin(merchant, body.origin);
    await writeAudit(context, c.get('user'), { merchant, action: 'origin added', target: body.origin });
    return c.json({}, 201);
  });
  routes.delete('/merchants/:merchant/origins', async (c) => {
    const merchant = merchantOf(context, c);
    const body = await readBody(c, originBody);
    if (!registry.merchant(merchant)!.origins.has(body.origin)) throw new ApiError('not_found');
    await registry.removeOrigin(merchant, body.origin);
    await writeAudit(context, c.get('user'), { merchant, action: 'origin removed', target: body.origin });
    return c.json({});
  });

  routes.post('/merchants/:merchant/site-keys', async (c) => {
    const merchant = merchantOf(context, c);
    const key = await registry.createSiteKey(merchant);
    await writeAudit(context, c.get('user'), { merchant, action: 'site key made', target: key });
    return c.json({ key }, 201);
  });
  routes.post('/merchants/:merchant/secret-keys', async (c) => {
    const merchant = merchantOf(context, c);
    const key = await registry.createSecretKey(merchant);
    await writeAudit(context, c.get('user'), {
      merchant,
      action: 'secret key made',
      target: key.slice(4, 12),
    });
    // The only time that it is told: the settings show its id alone.
    return c.json({ key }, 201);
  });
  routes.delete('/merchants/:merchant/keys/:key', async (c) => {
    const merchant = merchantOf(context, c);
    const key = registry.keysOf(merchant).find((k) => k.id === c.req.param('key') && k.revokedMs === null);
    if (!key) throw new ApiError('not_found');
    await registry.revokeKey(key.id);
    await writeAudit(context, c.get('user'), { merchant, action: `${key.kind} key revoked`, target: key.id });
    return c.json({});
  });

  // What belongs to no merchant: accounts, dead letters.
  routes.get('/audit', async (c) => c.json(await readAudit(context, ALL_MERCHANTS, c.req.query('before'))));
  routes.get('/merchants/:merchant/audit', async (c) =>
    c.json(await readAudit(context, merchantOf(context, c), c.req.query('before'))),
  );

  routes.get('/merchants/:merchant/integration', (c) => {
    const merchant = merchantOf(context, c);
    const { name, origins } = registry.merchant(merchant)!;
    const siteKey =
      registry.keysOf(merchant).find((k) => k.kind === 'site' && k.revokedMs === null)?.id ?? null;
    const sdk = context.sdk ?? { collectorUrl: '', sdkUrl: '', sdkVersion: '', integrity: '' };
    const answer: IntegrationAnswer = { merchant: name, ...sdk, siteKey, origins: [...origins] };
    return c.json(answer);
  });

  return routes;
};
