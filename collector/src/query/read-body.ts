import type { Context } from 'hono';
import type { z } from 'zod';
import { ApiError } from './api-errors.ts';
import type { ApiEnv } from './context.ts';

/** Reads and checks a JSON body. @throws ApiError `bad_request` */
export const readBody = async <T>(c: Context<ApiEnv>, schema: z.ZodType<T>): Promise<T> => {
  const body = schema.safeParse(await c.req.json().catch(() => null));
  if (!body.success) throw new ApiError('bad_request');
  return body.data;
};
