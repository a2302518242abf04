export const sweepDist: (dist: string, startedMs: number) => void;
