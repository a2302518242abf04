import { Preflight } from 'cdk-preflight';
import { createApp, createLakeStack } from './aws/lake-stack.ts';
import { shapeOf } from './shape-of.ts';
import type { LakeShape } from './tables.ts';

/** What `cdk` runs (deploy/aws/cdk.json). `-c shards=32` where landing writes another number of shards. */
const app = createApp();
const readShape = (): LakeShape => {
  try {
    return shapeOf(app.node.tryGetContext('shards'));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
};
Preflight.apply(app);
createLakeStack(app, readShape());
app.synth();
