import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const HERE = import.meta.dirname;
/** The site key that every page of the benchmarks gives; the stub collector takes any. */
export const SITE_KEY = `gpk_${'b'.repeat(22)}`;

/**
 * @typedef {object} Contestant
 * @property {string} id also the page's host: `<id>.localhost`
 * @property {string} label what it is, with the options that matter
 * @property {string} [packageName] the package whose version is told
 * @property {string} [entry] file of `entries/` that is bundled; what it exports is `__sdk` on the page
 * @property {string} [file] a ready script instead
 * @property {(collector: string) => string} [attributes] of the script's tag
 * @property {(collector: string) => string} [init] JavaScript that starts it, once its script has run
 * @property {boolean} [onRequest] only measured when asked for by its id
 */

/** The page without any SDK. */
export const CONTROL = 'control';
export const FLOOR = 'floor-lazy';
export const GANDER = 'gander';

const SNOWPLOW = (url) => `
__sdk.newTracker('sp', '${url}', { appId: 'bench', postPath: '/sp/tp2', plugins: [__sdk.FormTrackingPlugin(),
  __sdk.LinkClickTrackingPlugin(), __sdk.ButtonClickTrackingPlugin()] });
__sdk.enableActivityTracking({ minimumVisitLength: 5, heartbeatDelay: 5 });
__sdk.trackPageView(); __sdk.enableFormTracking(); __sdk.enableLinkClickTracking(); __sdk.enableButtonClickTracking();`;

const POSTHOG = (url) => `
__sdk.posthog.init('phc_bench', { api_host: '${url}/ph', autocapture: true, rageclick: true, capture_pageview: true,
  capture_pageleave: true, disable_session_recording: true, disable_surveys: true, disable_external_dependency_loading: true,
  advanced_disable_flags: true, capture_performance: false, opt_out_useragent_filter: true });`;

const DATADOG = (url) => `
DD_RUM.init({ applicationId: 'a', clientToken: 'pub1', site: 'datadoghq.com', proxy: '${url}/dd', sessionSampleRate: 100,
  sessionReplaySampleRate: 0, trackUserInteractions: true, telemetrySampleRate: 0, defaultPrivacyLevel: 'mask-user-input' });`;

const SEGMENT = (url) => `
__sdk.AnalyticsBrowser.load({ writeKey: 'bench', cdnURL: '${url}', cdnSettings: { integrations: { 'Segment.io': {
  apiKey: 'bench' } } } }, { integrations: { 'Segment.io': { apiHost: '${url.replace('http://', '')}/segment', protocol: 'http' } } }).page();`;

/** Who is measured: each as its makers' documentation sets it up, without session replay and without loading further scripts. */
// biome-ignore format: one row is one contestant
export const CONTESTANTS = /** @type {Contestant[]} */ ([
  { id: CONTROL, label: 'the page alone' },
  { id: FLOOR, label: 'the smallest capture by hand', entry: 'floor-lazy.js', init: (url) => `__sdk.start('${url}/floor')` },
  { id: 'floor-empty', label: 'three empty listeners', entry: 'floor-empty.js', init: () => '__sdk.start()', onRequest: true },
  { id: 'floor-times', label: 'three listeners that put the times of presses and releases into an array', entry: 'floor-times.js', init: () => '__sdk.start()', onRequest: true },
  { id: 'floor-keys', label: 'presses, releases and entries of keys, by hand', entry: 'floor-keys.js', init: () => '__sdk.start()', onRequest: true },
  { id: GANDER, label: 'Gander, script tag', file: '../../sdk/dist/gander.min.js',
    attributes: (url) => `data-key="${SITE_KEY}" data-collector="${url}" data-page="checkout" data-transaction="order_10293" data-transaction-type="card"` },
  { id: 'clarity', label: 'clarity-js', packageName: 'clarity-js', entry: 'clarity.js',
    init: (url) => `__sdk.clarity.start({ projectId: 'bench', upload: '${url}/clarity', track: false, content: true, cookies: [], delay: 1000 })` },
  { id: 'posthog', label: 'posthog-js, autocapture', packageName: 'posthog-js', entry: 'posthog.js', init: POSTHOG },
  { id: 'snowplow', label: 'Snowplow: activity, form, link, button', packageName: '@snowplow/browser-tracker', entry: 'snowplow.js', init: SNOWPLOW },
  { id: 'sentry', label: 'Sentry, with tracing', packageName: '@sentry/browser', entry: 'sentry.js',
    init: (url) => `__sdk.init({ dsn: '${url.replace('://', '://k@')}/1', integrations: [__sdk.browserTracingIntegration()], tracesSampleRate: 1 })` },
  { id: 'datadog', label: 'Datadog RUM, with user interactions', packageName: '@datadog/browser-rum',
    file: 'node_modules/@datadog/browser-rum/bundle/datadog-rum.js', init: DATADOG },
  { id: 'faro', label: 'Grafana Faro', packageName: '@grafana/faro-web-sdk', entry: 'faro.js',
    init: (url) => `__sdk.initializeFaro({ url: '${url}/faro', app: { name: 'bench' }, instrumentations: __sdk.getWebInstrumentations() })` },
  { id: 'segment', label: 'Segment, page view alone', packageName: '@segment/analytics-next', entry: 'segment.js', init: SEGMENT },
  { id: 'plausible', label: 'Plausible, page view alone', packageName: 'plausible-tracker', entry: 'plausible.js',
    init: (url) => `__sdk.Plausible({ domain: 'bench', apiHost: '${url}/plausible', trackLocalhost: true }).enableAutoPageviews()` },
]);

/**
 * Bundles an entry as a shop's bundler would: minified, for browsers of today.
 * @param {string} entry path
 * @param {'iife' | 'esm'} format
 */
export const bundle = async (entry, format = 'iife') => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format,
    globalName: format === 'iife' ? '__sdk' : undefined,
    target: 'es2022',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"', __SENTRY_DEBUG__: 'false' },
    logLevel: 'error',
    write: false,
  });
  return Buffer.from(outputFiles[0].contents);
};

/** The script of a contestant, or undefined for the page alone. @param {Contestant} contestant */
export const scriptOf = async ({ entry, file }) => {
  if (file) return readFileSync(join(HERE, file));
  return entry ? bundle(join(HERE, 'entries', entry)) : undefined;
};

/** Version of the package measured, or an empty text. @param {Contestant} contestant */
export const versionOf = ({ packageName }) =>
  packageName
    ? JSON.parse(readFileSync(join(HERE, 'node_modules', packageName, 'package.json'), 'utf8')).version
    : '';

/** The contestants of those ids; all of them without any. @param {string | undefined} ids separated by commas */
export const contestantsOf = (ids) => {
  const wanted = ids?.split(',');
  const unknown = wanted?.filter((id) => !CONTESTANTS.some((c) => c.id === id)) ?? [];
  if (unknown.length)
    throw new Error(`no such contestant: ${unknown.join(', ')} (${CONTESTANTS.map((c) => c.id).join(', ')})`);
  return CONTESTANTS.filter(({ id, onRequest }) =>
    wanted ? id === CONTROL || wanted.includes(id) : !onRequest,
  );
};
