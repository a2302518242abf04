/** What a statement answered, and what Trino read for it. */
export interface TrinoAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Bytes read from storage. */
  readonly bytes: number;
  readonly splits: number;
}

interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly { readonly name: string }[];
  readonly data?: unknown[][];
  readonly error?: { readonly message: string };
  readonly stats?: { readonly physicalInputBytes?: number; readonly totalSplits?: number };
}

/**
 * A client of Trino's REST protocol (https://trino.io/docs/current/develop/client-protocol.html), as much of it as a test needs.
 * @example await createTrinoClient('http://127.0.0.1:8080', 'lake', 'gander').run('select 1')
 */
export const createTrinoClient = (url: string, catalog: string, schema: string) => {
  const headers = { 'X-Trino-User': 'gander', 'X-Trino-Catalog': catalog, 'X-Trino-Schema': schema };
  return {
    /** @throws with Trino's message */
    async run(sql: string): Promise<TrinoAnswer> {
      let page = (await (
        await fetch(`${url}/v1/statement`, { method: 'POST', headers, body: sql })
      ).json()) as Page;
      const rows: unknown[][] = [];
      let columns: readonly string[] = [];
      for (;;) {
        if (page.error) throw new Error(page.error.message);
        columns = page.columns?.map((c) => c.name) ?? columns;
        rows.push(...(page.data ?? []));
        if (!page.nextUri) break;
        page = (await (await fetch(page.nextUri, { headers })).json()) as Page;
      }
      const { physicalInputBytes: bytes = 0, totalSplits: splits = 0 } = page.stats ?? {};
      return { columns, rows, bytes, splits };
    },
  };
};
