/**
 * What the terminal can show: width, colour, Unicode (design, 14.1). Colour only on a terminal, 16 ANSI colours, never a
 * background; flags beat the environment. Piped output is never cut, and knows no width.
 */
import { TokenmeterError } from '@tokenmeter/core';
import type { Io } from './io.ts';

export type Role = 'dim' | 'bold' | 'watch' | 'over' | 'sorted' | 'live';

export interface Screen {
  /** Columns; Infinity when piped. */
  readonly width: number;
  /** Piped output has exact integers and raw names: another program reads it. */
  readonly isPiped: boolean;
  readonly hasColor: boolean;
  paint(role: Role | undefined, text: string): string;
  /** The text with our own signs spelled in ASCII where the terminal has no more. */
  plain(text: string): string;
  /** A bar of `width` columns filled to `ratio`. */
  bar(ratio: number, width: number): string;
}

export interface ScreenFlags {
  /** `auto`, `always`, `never`; undefined is auto. `--no-color` gives false. */
  readonly color?: string | boolean | undefined;
  readonly ascii?: boolean | undefined;
}

const CODES: Readonly<Record<Role, readonly [number, number]>> = {
  dim: [2, 22],
  bold: [1, 22],
  watch: [33, 39],
  over: [31, 39],
  sorted: [36, 39],
  live: [32, 39],
};

const ASCII: Readonly<Record<string, string>> = {
  '─': '-',
  '…': '.',
  '—': '-',
  '·': '-',
  '├': '|',
  '└': '`',
  '│': '|',
};

export function openScreen(io: Io, flags: ScreenFlags = {}): Screen {
  const hasColor = wantsColor(io, flags.color);
  const isUnicode = !flags.ascii && hasUnicode(io);
  const plain = (text: string) => (isUnicode ? text : text.replace(/[─…—·├└│]/g, (sign) => ASCII[sign] ?? sign));
  return {
    width: io.isOutTty ? widthOf(io) : Number.POSITIVE_INFINITY,
    isPiped: !io.isOutTty,
    hasColor,
    paint: (role, text) => {
      if (!hasColor || role === undefined || text === '') return text;
      const [on, off] = CODES[role];
      return `\u001b[${on}m${text}\u001b[${off}m`;
    },
    plain,
    bar: (ratio, width) => drawBar(ratio, width, isUnicode),
  };
}

function wantsColor(io: Io, flag: string | boolean | undefined): boolean {
  if (flag === 'always' || flag === true) return true;
  if (flag === 'never' || flag === false || flag === 'false') return false;
  if (flag !== undefined && flag !== 'auto')
    throw new TokenmeterError('usage', `Cannot use "${flag}" as --color, write auto, always or never`);
  if (io.env.NO_COLOR) return false;
  if (io.env.FORCE_COLOR !== undefined && io.env.FORCE_COLOR !== '')
    return !['0', 'false'].includes(io.env.FORCE_COLOR);
  return io.isOutTty && io.env.TERM !== 'dumb';
}

function hasUnicode(io: Io): boolean {
  const locale = io.env.LC_ALL || io.env.LC_CTYPE || io.env.LANG;
  if (locale) return /utf-?8/i.test(locale);
  return io.platform !== 'linux';
}

function widthOf(io: Io): number {
  const told = io.columns ?? Number(io.env.COLUMNS);
  return Number.isInteger(told) && told > 0 ? told : 80;
}

function drawBar(ratio: number, width: number, isUnicode: boolean): string {
  const filled = Math.max(0, Math.min(1, ratio)) * width;
  if (!isUnicode) return '#'.repeat(Math.round(filled)).padEnd(width, '.');
  const eighths = Math.round(filled * 8);
  const part = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? '';
  return ('█'.repeat(Math.floor(eighths / 8)) + part).padEnd(width);
}
