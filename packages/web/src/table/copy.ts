/**
 * A table as text for the clipboard: CSV, JSON, Markdown. Raw values only: no separators, no symbols, empty where unknown.
 * A cell that a spreadsheet would run as a formula is defused.
 */
export type CopyFormat = 'csv' | 'json' | 'markdown';

/** A decimal string such as `12.345678901` counts as a number where `isNumber` says so. */
export interface CopyColumn<T> {
  readonly name: string;
  readonly value: (row: T) => string | number | boolean | null;
  readonly isNumber?: boolean;
}

export function copyTable<T>(format: CopyFormat, rows: readonly T[], columns: readonly CopyColumn<T>[]): string {
  if (format === 'json') return toJson(rows, columns);
  return format === 'csv' ? toCsv(rows, columns) : toMarkdown(rows, columns);
}

/** RFC 4180 with a header row and CRLF. */
export function toCsv<T>(rows: readonly T[], columns: readonly CopyColumn<T>[]): string {
  const lines = rows.map((row) => columns.map((column) => csvCell(plain(column, row))).join(','));
  return [columns.map(({ name }) => csvCell(name)).join(','), ...lines, ''].join('\r\n');
}

export function toJson<T>(rows: readonly T[], columns: readonly CopyColumn<T>[]): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])));
  return `${JSON.stringify(objects, null, 2)}\n`;
}

export function toMarkdown<T>(rows: readonly T[], columns: readonly CopyColumn<T>[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/[\r\n]+/g, ' ');
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ name }) => cell(name))),
    line(columns.map(({ isNumber }) => (isNumber ? '---:' : '---'))),
    ...rows.map((row) => line(columns.map((column) => cell(plain(column, row))))),
    '',
  ].join('\n');
}

function plain<T>({ value, isNumber }: CopyColumn<T>, row: T): string {
  const found = value(row);
  if (found === null) return '';
  const text = String(found);
  return typeof found === 'string' && !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
