/** See ensure-browser.mjs. */
export declare function findBrowser(root: string): Promise<string | undefined>;
export declare function ensureBrowser(root: string): Promise<string>;
