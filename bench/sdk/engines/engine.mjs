/**
 * A page of a browser that delivery is tried in.
 * @typedef {object} EnginePage
 * @property {(url: string) => Promise<unknown>} goto
 * @property {(expression: string) => Promise<any>} evaluate awaits promises
 * @property {() => Promise<unknown>} close as a person closes a tab
 * @property {(offline: boolean) => Promise<void>} [setOffline]
 */

/**
 * A browser with a profile.
 * @typedef {object} EngineBrowser
 * @property {string | undefined} profile folder to start the next one with
 * @property {(url: string) => Promise<EnginePage>} open in a window or tab of its own
 * @property {() => void} [killRenderers]
 * @property {() => Promise<void>} quit by its own protocol
 * @property {() => Promise<void>} kill as a crash does
 * @property {() => Promise<void>} remove ends it and removes the profile
 */

const ENGINES = {
  chromium: () => import('./chromium.mjs'),
  firefox: () => import('./firefox.mjs'),
  webkit: () => import('./webkit.mjs'),
};

/** @param {string} name @returns {Promise<{ start(profile?: string): Promise<EngineBrowser>, parallel: number, cannot: string[] }>} */
export const engineOf = async (name) => {
  if (!(name in ENGINES)) throw new Error(`no such engine: ${name} (${Object.keys(ENGINES).join(', ')})`);
  return ENGINES[name]();
};
