/** The columns of an export, of single calls and of totals: one list for CSV, JSON and Parquet alike. */
import { type CallView, formatNanoDecimal, type GroupKey, type Row, totalTokens, wireInstant } from '@tokenmeter/core';
import type { CsvValue } from './csv.ts';
import type { ParquetColumn, ParquetValue } from './parquet.ts';

export interface ExportColumn<T> extends ParquetColumn {
  readonly of: (item: T) => ParquetValue;
}

export const CALL_COLUMNS: readonly ExportColumn<CallView>[] = [
  { name: 'id', type: 'text', of: (call) => call.id },
  { name: 'at', type: 'instant', of: (call) => call.at },
  { name: 'agent', type: 'text', of: (call) => call.agent },
  { name: 'session', type: 'text', of: (call) => call.sessionId },
  { name: 'thread', type: 'text', of: (call) => call.threadId },
  { name: 'caller', type: 'text', of: (call) => call.caller },
  { name: 'model', type: 'text', of: (call) => call.model },
  { name: 'input', type: 'integer', of: (call) => call.usage.input },
  { name: 'cache_read', type: 'integer', of: (call) => call.usage.cacheRead },
  { name: 'cache_write_5m', type: 'integer', of: (call) => call.usage.cacheWrite5m },
  { name: 'cache_write_1h', type: 'integer', of: (call) => call.usage.cacheWrite1h },
  { name: 'output', type: 'integer', of: (call) => call.usage.output },
  { name: 'reasoning', type: 'integer', isOptional: true, of: (call) => call.usage.reasoning },
  { name: 'tokens', type: 'integer', of: (call) => totalTokens(call.usage) },
  { name: 'tool_calls', type: 'integer', of: (call) => call.tools.length },
  { name: 'cost_usd', type: 'nano', isOptional: true, of: (call) => call.costNano },
  { name: 'certainty', type: 'text', of: (call) => call.certainty },
  { name: 'counted', type: 'integer', of: (call) => (call.counted ? 1 : 0) },
  { name: 'price_id', type: 'text', isOptional: true, of: (call) => call.priceId },
  { name: 'price_match', type: 'text', isOptional: true, of: (call) => call.priceMatch },
  { name: 'stop_reason', type: 'text', isOptional: true, of: (call) => call.stopReason },
  { name: 'project', type: 'text', of: (call) => call.cwd },
  { name: 'branch', type: 'text', of: (call) => call.branch },
];

/** Totals by the given keys. Rows by tool have what was attributed to it, and nothing where nothing was. */
export function usageColumns(by: readonly GroupKey[]): readonly ExportColumn<Row>[] {
  const keys = by.map((key): ExportColumn<Row> => ({ name: key, type: 'text', of: (row) => row.key[key] ?? '' }));
  const isByTool = by.includes('tool');
  const figure = (
    name: string,
    of: (row: Row) => ParquetValue,
    type: ParquetColumn['type'] = 'integer',
  ): ExportColumn<Row> => ({
    name,
    type,
    isOptional: true,
    of: (row) => (isByTool && totalTokens(row.usage) === 0 ? null : of(row)),
  });
  return [
    ...keys,
    { name: 'calls', type: 'integer', of: (row) => row.calls },
    figure('input', (row) => row.usage.input),
    figure('cache_read', (row) => row.usage.cacheRead),
    figure('cache_write_5m', (row) => row.usage.cacheWrite5m),
    figure('cache_write_1h', (row) => row.usage.cacheWrite1h),
    figure('output', (row) => row.usage.output),
    figure('reasoning', (row) => (isByTool ? null : row.usage.reasoning)),
    figure('tokens', (row) => totalTokens(row.usage)),
    { name: 'tool_calls', type: 'integer', of: (row) => row.toolCalls },
    figure('cost_usd', (row) => row.costNano, 'nano'),
    figure('unpriced_tokens', (row) => row.unpricedTokens),
  ];
}

/** A value as CSV and JSON spell it: instants as ISO 8601, money as a decimal. */
export function spelled<T>(column: ExportColumn<T>, item: T): CsvValue {
  const value = column.of(item);
  if (value === null || value === undefined) return null;
  if (column.type === 'instant') return wireInstant(Number(value));
  return column.type === 'nano' && typeof value !== 'string' ? formatNanoDecimal(value) : value;
}
