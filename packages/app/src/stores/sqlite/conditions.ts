/** Filters of a question as SQL over the columns of a strand (or of a rollup, which has some of them). */
import type { FilterKey, Query } from '@tokenmeter/core';
import { FILTER_KEYS } from '@tokenmeter/core';
import type { Driver, Value } from './driver.ts';

export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** Keys a question filters by. */
export function filtersOf(query: Pick<Query, 'only' | 'except'>): FilterKey[] {
  return FILTER_KEYS.filter((key) => query.only?.[key] !== undefined || query.except?.[key] !== undefined);
}

/** Numbers are looked up first, so that a rollup is filtered by its own columns. `prefix` names the table. */
export function conditionsOf(driver: Driver, query: Pick<Query, 'only' | 'except'>, prefix: string): Condition[] {
  return filtersOf(query).flatMap((key) => {
    const column = `${prefix}${key}`;
    const only = query.only?.[key];
    const except = query.except?.[key];
    const conditions: Condition[] = [];
    if (only) conditions.push({ sql: `${column} IN (${idsOf(driver, key, only)})`, values: [] });
    if (except) conditions.push({ sql: `${column} NOT IN (${idsOf(driver, key, except)})`, values: [] });
    return conditions;
  });
}

export function whereOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return { sql: '', values: [] };
  return {
    sql: `WHERE ${conditions.map((condition) => `(${condition.sql})`).join(' AND ')}`,
    values: conditions.flatMap((condition) => condition.values),
  };
}

/** Our own integers, so they may stand in the text. */
function idsOf(driver: Driver, key: FilterKey, names: readonly string[]): string {
  const texts = JSON.stringify(names);
  const sql =
    key === 'session'
      ? 'SELECT id FROM session WHERE session_id IN (SELECT value FROM json_each(?))'
      : key === 'thread'
        ? 'SELECT id FROM thread WHERE thread_id IN (SELECT value FROM json_each(?))'
        : 'SELECT id FROM word WHERE text IN (SELECT value FROM json_each(?))';
  return driver
    .prepare(sql)
    .all<{ id: number }>(texts)
    .map((row) => row.id)
    .join(', ');
}
