// Who may import whom (docs/architecture.md). Checked by `npm test`, with a planted violation of each rule that must be caught
// (scripts/checks/planted/). Paths may begin anywhere, so that the planted folders are judged by the same rules.

/** Folder → what of the other folders it may import. */
const MAY_IMPORT = {
  'log-codes': [],
  sdk: ['log-codes'],
  // Its tests run the example of two collectors as it is.
  collector: ['log-codes', 'deploy/two-collectors/'],
  console: ['log-codes', 'collector/src/query/api.ts'],
  'demo-checkout': ['sdk/src/entries'],
  gander: ['log-codes', 'sdk', 'collector', 'console', 'demo-checkout'],
  e2e: ['log-codes'],
  deploy: ['log-codes'],
};
const FOLDERS = Object.keys(MAY_IMPORT);

const sourceOf = (folder) => `(?:^|/)${folder}/(?:src|tests)/`;

/** One rule a folder: nothing of the workspace but what the table allows. */
const layers = FOLDERS.map((folder) => ({
  name: `${folder}-imports`,
  comment: `${folder} may import ${MAY_IMPORT[folder].join(', ') || 'no other package'}`,
  severity: 'error',
  from: { path: sourceOf(folder) },
  to: {
    path: `(?:^|/)(?:${FOLDERS.filter((other) => other !== folder).join('|')})/`,
    // e2e's tests and node_modules have folders of such names too.
    pathNot: [
      '(?:^|/)node_modules/',
      `(?:^|/)${folder}/`,
      ...MAY_IMPORT[folder].map((path) => `(?:^|/)${path}`),
    ],
  },
}));

module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'across-by-package-name',
      comment: 'another package is imported by its name, so that its exports decide what is public',
      severity: 'error',
      from: { path: `(?:^|/)(${FOLDERS.join('|')})/(?:src|tests)/` },
      to: {
        dependencyTypesNot: ['aliased-workspace'],
        path: `(?:^|/)(?:${FOLDERS.join('|')})/(?:src|tests)/`,
        pathNot: ['(?:^|/)node_modules/', '(?:^|/)$1/'],
      },
    },
    {
      name: 'log-codes-needs-nothing',
      comment: 'log-codes has no run-time dependency; zod stands behind the /schema subpath',
      severity: 'error',
      from: { path: sourceOf('log-codes'), pathNot: '(?:\\.test\\.ts|/schema\\.ts|/grant\\.ts)$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-no-pkg', 'core'] },
    },
    {
      name: 'sdk-needs-only-idb',
      comment:
        "the SDK's only run-time dependency is idb (its /server entry runs in Node; what is simulated is for tests)",
      severity: 'error',
      from: { path: sourceOf('sdk'), pathNot: '(?:\\.test\\.tsx?|/server\\.ts|/simulated-[a-z]+\\.ts)$' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-no-pkg', 'core'],
        pathNot: 'node_modules/idb/',
      },
    },
    {
      name: 'no-cycles',
      comment: 'data flows one way',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'declared-dependencies',
      comment: 'nothing is imported that only happens to be installed (knip checks each package apart)',
      severity: 'error',
      from: { path: `(?:^|/)(?:${FOLDERS.join('|')})/src/`, pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'resolvable',
      comment: 'every import leads somewhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: `^(?:${FOLDERS.join('|')})/dist/` },
    tsPreCompilationDeps: true,
    // Reads the workspaces from the root's package.json too: without it a package's name is not recognised as such.
    combinedDependencies: true,
    enhancedResolveOptions: {
      conditionNames: ['@gander/source', 'import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs'],
    },
  },
};
