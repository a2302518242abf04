import { nodeBuild } from '../scripts/build-parts.mjs';

export default () => [
  nodeBuild('log-codes', {
    index: 'src/index.ts',
    encode: 'src/encode.ts',
    decode: 'src/decode.ts',
    grant: 'src/grant.ts',
    schema: 'src/schema.ts',
  }),
];
