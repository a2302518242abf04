// Imported first and alone: it must run, and speak clearly, on a Node that is too old for everything else.
const LEAST = [20, 19, 0];

const version = process.versions.node.split('.').map(Number);
const newer = LEAST.findIndex((least, i) => version[i] !== least);
if (newer >= 0 && version[newer] < LEAST[newer]) {
  console.error(`Gander needs Node ${LEAST.join('.')} or newer; this is Node ${process.versions.node}.`);
  console.error('Install a current one from https://nodejs.org and try again.');
  process.exit(1);
}
