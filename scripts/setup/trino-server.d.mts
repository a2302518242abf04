import type { S3Server } from './s3-server.mjs';

export const TRINO_VERSION: string;
export interface Trino {
  readonly java: string;
  readonly home: string;
}
export function ensureTrino(root: string): Promise<Trino | { readonly missing: string }>;
export function startTrino(
  trino: Trino,
  s3: S3Server,
): Promise<{ readonly url: string; stop(): Promise<void> }>;
