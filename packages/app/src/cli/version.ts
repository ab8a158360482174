/** Which version this is: the package's own word, two folders above, for a module and for the bundle of them alike. */
import { createRequire } from 'node:module';

export const VERSION: string = (createRequire(import.meta.url)('../../package.json') as { version: string }).version; // -- our own package.json
