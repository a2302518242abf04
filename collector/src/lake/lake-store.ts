/** An object of the lake, as a listing shows it. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Changes whenever the object is replaced. */
  readonly version: string;
}

/** The files of landing and lake: a local folder or a bucket. */
export interface LakeStore {
  /** Objects below a prefix, in order of their keys. */
  list(prefix: string): Promise<StoredObject[]>;
  /** Bytes of a small object; undefined when there is none. */
  read(key: string): Promise<Uint8Array | undefined>;
  /**
   * A local file with the object's bytes in this version, for DuckDB to read. It stays as it is when the object is replaced, and its
   * folders are those of the key.
   */
  snapshot(object: Pick<StoredObject, 'key' | 'version'>): Promise<string>;
  /** Replaces an object as a whole, durably: a reader sees the old one or the new one. `body` may name a file, which is moved. */
  replace(key: string, body: Uint8Array | { readonly file: string }): Promise<void>;
  remove(key: string): Promise<void>;
  /** Local folder for work files, on the same disk as a local store. */
  readonly scratch: string;
}
