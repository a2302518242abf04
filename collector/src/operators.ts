/** The operators' side of the collector, for the process that serves the console; never for the internet side. */
export { rowsOf } from './landing/rows.ts';
export { createLive, type Live } from './live/create-live.ts';
export { openAthena } from './query/athena/open-athena.ts';
export { writeAudit } from './query/audit.ts';
export { type ApiOptions, createApi } from './query/create-api.ts';
export { openUsers, type Users, type UsersOptions } from './users/open-users.ts';
export { ALL_MERCHANTS } from './users/roles.ts';
