/**
 * How many columns a text takes in a terminal, and cutting it to fit. Wide letters take two, combining marks none. Names
 * come from logs, so control characters are taken out: a title must not move the cursor.
 */

const ZERO = /^(?:\p{Mn}|\p{Me}|\u200b|\u200c|\u200d|[\u{fe00}-\u{fe0f}])$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const PAINT = /\u001b\[[0-9;]*m/g;

/** Columns of a text without control sequences. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const letter of text) width += ZERO.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1;
  return width;
}

/** The text on one line, without anything that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ').replace(CONTROL, '');
}

/** At most `width` columns, with `…` where something was cut: at the end, or in the middle (paths). */
export function truncate(text: string, width: number, where: 'end' | 'middle' = 'end'): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 1) return width === 1 ? '…' : '';
  const letters = [...text];
  if (where === 'end') return `${take(letters, width - 1)}…`;
  const head = take(letters, Math.floor((width - 1) / 2));
  const tail = take(letters.reverse(), width - 1 - displayWidth(head));
  return `${head}…${[...tail].reverse().join('')}`;
}

/** A line as it may reach a terminal: our own colours stay where it has some, nothing else that it would obey. */
export function harmless(line: string, hasColor: boolean): string {
  if (!hasColor) return printable(line);
  const colours = line.match(PAINT) ?? [];
  return line
    .split(PAINT)
    .map((piece, index) => printable(piece) + (colours[index] ?? ''))
    .join('');
}

/** The text without our own colours. */
export function bare(text: string): string {
  return text.replace(PAINT, '');
}

/**
 * Prose in lines of at most `width` columns, broken between words; it keeps its own indentation, the later lines get
 * `indent` on top. A longer word stands alone. Colours take no columns.
 */
export function wrap(text: string, width: number, indent = '  '): string[] {
  if (displayWidth(bare(text)) <= width) return [text];
  const lead = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = '';
  for (const word of text.slice(lead.length).split(' ')) {
    const next = line === '' ? lead + word : `${line} ${word}`;
    if (line.trim() === '' || displayWidth(bare(next)) <= width) line = next;
    else {
      lines.push(line.trimEnd());
      line = lead + indent + word;
    }
  }
  return [...lines, line];
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

function take(letters: readonly string[], width: number): string {
  let taken = '';
  let used = 0;
  for (const letter of letters) {
    used += displayWidth(letter);
    if (used > width) break;
    taken += letter;
  }
  return taken;
}
