import { nodeBuild } from '../scripts/build-parts.mjs';

export default () => [nodeBuild('gander', { main: 'src/main.ts' })];
