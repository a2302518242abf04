import { z } from 'zod';
import { ERRORS } from '../errors.ts';
import { sessionAnswerSchema, sessionRequestSchema } from './session-request.ts';

const errorSchema = z.strictObject({
  e: z.int().meta({ description: 'Error code (docs/errors.md).' }),
  renew: z.literal(true).optional().meta({ description: 'A new session helps.' }),
});
const renewalSchema = z.strictObject({
  t: z.string().optional().meta({ description: 'The renewed session token.' }),
  near: z
    .int()
    .optional()
    .meta({ description: 'Less than a fifth of a rate limit is left; seconds until it is whole again.' }),
});

const json = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema);
  return { 'application/json': { schema: rest } };
};

const errors = () => {
  const byStatus = new Map<number, string[]>();
  for (const { code, status, doc } of Object.values(ERRORS)) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), `${code}: ${doc}`]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, docs]) => [
      String(status),
      { description: docs.join(' '), content: json(errorSchema) },
    ]),
  );
};

/** The OpenAPI 3.1 document of the JSON routes, from the same schemas that check them (`GET /openapi.json`). */
export const openApiDocument = (): object => ({
  openapi: '3.1.0',
  info: {
    title: 'Gander collector',
    version: '1',
    description: 'Takes batches of log codes from checkouts.',
  },
  paths: {
    '/v1/sessions': {
      post: {
        summary: 'Swaps a site key or a grant for a session token.',
        requestBody: {
          required: true,
          // Plain text by its label, so that browsers need no preflight; JSON by its form.
          content: { 'text/plain': json(sessionRequestSchema)['application/json'] },
        },
        responses: {
          '201': { description: 'The session is open.', content: json(sessionAnswerSchema) },
          ...errors(),
        },
      },
    },
    '/v1/logs': {
      post: {
        summary: 'Stores one batch durably.',
        requestBody: {
          required: true,
          content: {
            'text/plain': {
              schema: {
                type: 'string',
                pattern: '^G1\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
                maxLength: 16_384,
              },
            },
          },
        },
        responses: {
          '202': {
            description: 'On disk and synced, now or before. Empty, or a renewed token.',
            content: json(renewalSchema),
          },
          ...errors(),
        },
      },
    },
  },
});
