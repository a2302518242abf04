// What a package offers others, written down: one `api/<entry>.api.md` for each entry, so that a change of it is seen in review.
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

/**
 * Compares the built types of a package with its reports.
 * @param {string} folder of the package, absolute
 * @param {object} manifest its package.json
 * @param {{ write: boolean }} options `write` brings the reports up to date
 * @returns {string[]} what is wrong
 */
export const compareApi = (folder, manifest, { write }) => {
  const complaints = [];
  for (const [name, { types }] of Object.entries(manifest.exports)) {
    if (!types) continue;
    const entry = name === '.' ? 'index' : name.slice(2);
    const config = ExtractorConfig.prepare({
      packageJsonFullPath: join(folder, 'package.json'),
      configObjectFullPath: undefined,
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: join(folder, types),
        compiler: { overrideTsconfig: { compilerOptions: COMPILER, files: [join(folder, types)] } },
        apiReport: {
          enabled: true,
          reportFolder: join(folder, 'api'),
          reportTempFolder: join(folder, '../.cache/api', manifest.name),
          reportFileName: `${entry}.api.md`,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: QUIET,
      },
    });
    const { apiReportChanged, succeeded } = Extractor.invoke(config, {
      localBuild: write,
      showVerboseMessages: false,
      messageCallback(message) {
        message.handled = true;
        if (message.logLevel === ExtractorLogLevel.Error) complaints.push(`${entry}: ${message.text}`);
      },
    });
    if (apiReportChanged && !write)
      complaints.push(
        `what ${entry} offers changed: node scripts/checks/published-packages.mjs --write, and look at api/`,
      );
    else if (!succeeded && !write) complaints.push(`${entry}: the report of its types failed`);
  }
  return complaints;
};

const COMPILER = {
  target: 'es2022',
  module: 'esnext',
  moduleResolution: 'bundler',
  lib: ['es2022', 'dom', 'dom.iterable'],
  types: [],
  skipLibCheck: true,
};
/** Comments and conventions of its makers are none of ours. */
const QUIET = {
  extractorMessageReporting: { default: { logLevel: 'none' } },
  tsdocMessageReporting: { default: { logLevel: 'none' } },
};
