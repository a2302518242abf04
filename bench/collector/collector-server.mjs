// The collector as it is: token, limits, decoding, journal with fdatasync, live, landing to local files, each second and not each ten,
// so that it runs all the time a load takes, and with the lake's upkeep each minute and not each five.
import { readConfig, startCollector } from '@gander/collector';
import { reportUsage } from './report-usage.mjs';

const many = { points: 10_000_000, seconds: 10 };
const limits = Object.fromEntries(
  ['merchant', 'session', 'ip', 'late', 'lateMerchant', 'openKey', 'openGrant', 'openIp'].map((name) => [
    name,
    many,
  ]),
);
Object.assign(limits, JSON.parse(process.env.LIMITS ?? '{}'));
const config = readConfig({
  port: 0,
  logLevel: 'error',
  dataDir: process.argv[2],
  limits,
  landing: { intervalMs: 1_000 },
  lake: { everyMs: 60_000 },
});
const collector = await startCollector({ config });
const merchant = await collector.registry.createMerchant({
  name: 'Bench',
  origins: ['https://shop.example'],
});
const key = await collector.registry.createSiteKey(merchant.id);
const other = await collector.registry.createMerchant({ name: 'Other', origins: ['https://shop.example'] });
const otherKey = await collector.registry.createSiteKey(other.id);
process.send({ url: collector.url, key, otherKey });
reportUsage(
  {
    landed: () => collector.landing.status().rows,
    acknowledged: () => collector.metrics.value('gander_acknowledged_logs_total'),
  },
  () => collector.landing.flush(),
);
process.on('SIGTERM', () => void collector.stop().then(() => process.exit(0)));
