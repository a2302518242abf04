export { browserTracingIntegration, init } from '@sentry/browser';
