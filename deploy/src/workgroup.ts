/** Bytes after which Athena ends a query of the workgroup: 20 GiB, about 0.10 USD. */
export const SCAN_CUTOFF_BYTES = 20 * 1024 ** 3;

/** Name of the workgroup and of the database. */
export const WORKGROUP = 'gander';
export const DATABASE = 'gander';

/**
 * The workgroup, as `aws athena create-work-group --cli-input-json` takes it. Its settings are enforced, so that no client can
 * switch the cut-off or the encryption of results off.
 */
export const workgroup = (bucket: string) => ({
  Name: WORKGROUP,
  Description: 'Queries over the Gander lake, each ended at its scan cut-off.',
  Configuration: {
    EnforceWorkGroupConfiguration: true,
    PublishCloudWatchMetricsEnabled: true,
    BytesScannedCutoffPerQuery: SCAN_CUTOFF_BYTES,
    RequesterPaysEnabled: false,
    EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
    ResultConfiguration: {
      OutputLocation: `s3://${bucket}/athena-results/`,
      EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
    },
  },
});
