/** Where landing puts its objects: a folder, an S3 bucket or a Firehose stream. A new one: docs/add-a-landing-target.md. */
export interface LandingTarget {
  /**
   * Stores one whole object durably. The same key always comes with the same rows, so an object that is there already is kept.
   * @param key with `/` between its parts, e.g. `landing/logs/dt=2026-11-22/hour=14/shard=00/c1-….ndjson.gz`
   * @param body the object's bytes
   * @throws when it could not be stored for certain; the caller tries again
   */
  put(key: string, body: Uint8Array): Promise<'stored' | 'exists'>;
}
