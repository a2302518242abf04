/**
 * The page's headers: nothing may run, load or be sent but the shop's own and what Gander needs, which is two entries:
 * the script's origin in `script-src`, the collector's in `connect-src`.
 */
export const securityHeaders = (collectorUrl: string, sdkUrl: string): Readonly<Record<string, string>> => {
  const script = new URL(sdkUrl).origin;
  const collector = new URL(collectorUrl).origin;
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'self' ${script}`,
      "style-src 'self'",
      "img-src 'self'",
      `connect-src 'self' ${collector}`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-content-type-options': 'nosniff',
  };
};
