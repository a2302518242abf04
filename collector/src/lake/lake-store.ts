/** An object of the lake, as a listing shows it. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Changes whenever the object is replaced. */
  readonly version: string;
}

/** Thrown when an object was replaced by another process since it was read: what was made of it is thrown away. */
export class LakeChangedError extends Error {
  override readonly name = 'LakeChangedError';
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
  /**
   * Replaces an object as a whole, durably: a reader sees the old one or the new one.
   * @param body may name a file, which is moved
   * @param over the version that it replaces, undefined for none; a remote store makes sure that it is still that one
   * @throws LakeChangedError
   */
  replace(
    key: string,
    body: Uint8Array | { readonly file: string },
    over?: { readonly version: string | undefined },
  ): Promise<void>;
  remove(key: string): Promise<void>;
  /**
   * Creates an object that is not there, or replaces it only while it has this version. @returns whether it did
   * @param version the version that it must still have; undefined: there must be none
   */
  claim?(key: string, body: Uint8Array, version: string | undefined): Promise<boolean>;
  /** Changes whenever something below `lake/` does; undefined where only a listing can tell. */
  change?(): string | undefined;
  /** Local folder for work files, on the same disk as a local store. */
  readonly scratch: string;
}
