/** @returns why it is missing; undefined when it is there */
export function ensureProgram(name: string, aptPackage?: string): Promise<string | undefined>;
