/** A port of the loopback that is free now. */
export function freePort(): Promise<number>;
