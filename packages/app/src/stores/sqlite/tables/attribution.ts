/** Tables of what consumed the tokens of calls. */
export const ATTRIBUTION_TABLES = '';
