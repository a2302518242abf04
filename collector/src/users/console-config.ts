import { z } from 'zod';

/** Options of the console's sign-in; part of the configuration (config.ts). */
export const consoleConfigSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe(
      'Address the console listens on, whatever the intake’s; a proxy with https stands in front of others.',
    ),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Address of the console as its users see it, e.g. https://gander.example; default: this machine’s. Passkeys and OIDC need it behind a proxy.',
    ),
  trustedProxyHops: z
    .number()
    .int()
    .min(0)
    .max(8)
    .default(0)
    .describe('How many proxies in front of the console add to X-Forwarded-For.'),
  passwords: z.boolean().default(true).describe('Whether users may sign in by e-mail and password.'),
  passkeys: z.boolean().default(true).describe('Whether users may sign in by passkey.'),
  oidc: z
    .strictObject({
      issuer: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe(
          'Address of the OpenID Connect provider, e.g. https://login.example; without it there is none.',
        ),
      clientId: z.string().default('').describe('Id of this console at the provider.'),
      clientSecret: z.string().default('').describe('Its secret; best given by the environment.'),
      name: z.string().max(40).default('single sign-on').describe('Name of the provider on the button.'),
    })
    .refine(({ issuer, clientId }) => !issuer || clientId !== '', { path: ['clientId'] })
    .prefault({})
    .describe('Sign-in by an OpenID Connect provider, of users that were invited.'),
});

/** How the console's users may sign in. */
export type ConsoleConfig = z.output<typeof consoleConfigSchema>;
