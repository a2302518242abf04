import { Preflight } from 'cdk-preflight';
import { createApp, createLakeStack } from './aws/lake-stack.ts';
import { DEFAULT_SHAPE } from './tables.ts';

/** What `cdk` runs (deploy/aws/cdk.json). `-c shards=32` where landing writes another number of shards. */
const app = createApp();
Preflight.apply(app);
const shards = Number(app.node.tryGetContext('shards') ?? DEFAULT_SHAPE.shards);
createLakeStack(app, { ...DEFAULT_SHAPE, shards });
app.synth();
