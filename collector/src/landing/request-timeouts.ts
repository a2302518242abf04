const CONNECT_MS = 3_000;
const REQUEST_MS = 30_000;
/** An upload may be as slow as this, bytes a second. */
const UPLOAD_BYTES = 1024 * 1024;

/**
 * Time limits of an AWS client. `requestTimeout` runs from a request's start until the headers of its answer are there, the whole
 * upload included: large ones say their own ({@link uploadMs}). From then on there is only `socketTimeout`: nothing came or went for so
 * long. https://github.com/smithy-lang/smithy-typescript/blob/main/packages/node-http-handler/src/node-http-handler.ts
 * @param requestMs of both, ms
 */
export const requestTimeouts = (requestMs = REQUEST_MS) => ({
  connectionTimeout: CONNECT_MS,
  requestTimeout: requestMs,
  socketTimeout: requestMs,
  throwOnRequestTimeout: true,
});

/** Longest time for an upload of so many bytes, ms. */
export const uploadMs = (bytes: number): number => REQUEST_MS + Math.ceil((bytes / UPLOAD_BYTES) * 1_000);
