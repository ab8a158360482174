/** How a measure's name is spelled as a column. */

/** `cacheWrite5m` as `cache_write_5m`. */
export function columnOf(name: string): string {
  return name.replace(/([A-Z]|5m|1h)/g, (part) => `_${part.toLowerCase()}`);
}
