/** Version of the SDK as major × 10,000 + minor × 100 + patch; a test holds it against package.json. */
export const VERSION = 100;
