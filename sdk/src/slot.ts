/** Where the instance that runs is kept on the window: shared by every copy of the SDK on a page, of whatever version. */
export const SLOT = Symbol.for('gander');
/** Calls that wait for an instance, kept likewise. */
export const CALLS = Symbol.for('gander.calls');
