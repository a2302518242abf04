import type { ChildProcess, SpawnOptions } from 'node:child_process';

interface Nginx {
  readonly dir: string;
  readonly port: number;
  /** Ports of the collectors behind it. */
  readonly collectors: readonly number[];
}
interface CollectorConfig {
  readonly port: number;
  readonly dataDir: string;
  readonly landing: object;
  readonly [option: string]: unknown;
}
/** See run.mjs. */
export function collectorConfig(options: {
  readonly id: string;
  readonly port: number;
  readonly dataDir: string;
  readonly rootKey: string;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly s3: { readonly bucket: string; readonly endpoint: string; readonly region: string };
}): CollectorConfig;
export function startCollector(
  collector: { readonly config: CollectorConfig; readonly consolePort: number },
  options: SpawnOptions,
): Promise<ChildProcess>;
export function nginxConfig(options: Nginx): string;
export function startNginx(options: Nginx): Promise<ChildProcess>;
export function answers(url: string): Promise<void>;
