/** See ensure-build.mjs. */
export function ensureBuild(root: string): Promise<string[]>;
