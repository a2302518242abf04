import { nodeBuild } from '../scripts/build-parts.mjs';

export default () => [
  nodeBuild('collector', {
    index: 'src/index.ts',
    api: 'src/query/api.ts',
    lake: 'src/lake/index.ts',
    operators: 'src/operators.ts',
    'landing-worker': 'src/landing/landing-worker.ts',
    'upkeep-process': 'src/lake/upkeep-process.ts',
  }),
];
