export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}
/** @returns why there is no server; undefined when there is */
export function ensureS3Server(): Promise<string | undefined>;
export function startS3Server(): Promise<S3Server>;
