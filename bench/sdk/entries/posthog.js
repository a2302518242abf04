import posthog from 'posthog-js/dist/module.no-external';

export { posthog };
