interface WorkspacePackage {
  readonly folder: string;
  readonly needs: readonly string[];
}

/** See digests.mjs. */
export declare function workspacePackages(root: string): WorkspacePackage[];
export declare function sourceDigest(
  root: string,
  subject: WorkspacePackage,
  packages: readonly WorkspacePackage[],
): string;
export declare function outputDigest(root: string, folder: string): string;
