/** Tables in an answer to an agent: Markdown, names to the left, numbers to the right, nothing cut. */
export type TableCell = string | number | null;

/** `| Task | Tokens |` and so on. Null is a dash. Bars and line ends in names are taken out, so that no row breaks. */
export function markdownTable(head: readonly string[], rows: readonly (readonly TableCell[])[]): string {
  const isNumber = head.map((_, index) => index > 0);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(isNumber.map((right) => (right ? '---:' : '---'))),
    ...rows.map((row) => line(row.map((cell) => (cell === null ? '—' : String(cell).replace(/[|\r\n]+/g, ' '))))),
  ].join('\n');
}
