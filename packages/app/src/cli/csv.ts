/**
 * CSV for people's spreadsheets and scripts: a header row, raw numbers, RFC 4180 quotes. A text that a spreadsheet would
 * run as a formula is disarmed with a leading apostrophe; numbers are never touched.
 */

export type CsvValue = string | number | bigint | boolean | null | undefined;

/** One line with its newline. Unknown (null, undefined) is an empty cell, not 0. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
