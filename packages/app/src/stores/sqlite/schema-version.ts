/** The schema version that this program knows, alone: a status line compares it on every draw and loads no tables. */
import type { MIGRATIONS } from './schema.ts';

/** The type is the number of migrations, so that one more does not compile until this follows. */
export const SCHEMA_VERSION: (typeof MIGRATIONS)['length'] = 11;
