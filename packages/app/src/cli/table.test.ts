import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Screen } from './screen.ts';
import { type Column, renderTable, type Table } from './table.ts';
import { displayWidth, printable, truncate, wrap } from './width.ts';

function screen(width: number): Screen {
  return {
    width,
    isPiped: width === Number.POSITIVE_INFINITY,
    hasColor: false,
    paint: (_, text) => text,
    plain: (text) => text,
    bar: () => '',
  };
}

const COLUMNS: readonly Column[] = [
  { title: 'Name', align: 'left', shrinkTo: 8 },
  { title: 'Path', align: 'left', shrinkTo: 8, cut: 'middle' },
  { title: 'Extra', align: 'right', from: 70 },
  { title: 'Some', align: 'right', from: 50 },
  { title: 'All', align: 'right', below: 50 },
  { title: 'Cost', align: 'right' },
];

const name = fc.string({ unit: 'grapheme', maxLength: 60 });
const figure = fc.integer({ min: 0, max: 99_999_999 }).map(String);
const row = fc.tuple(name, name, figure, figure, figure, figure, fc.constantFrom('', '?', '!!'));

test('no line is wider than the screen, and every cost is whole, whatever the names', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.integer({ min: 40, max: 160 }), (rows, width) => {
      const table: Table = {
        columns: COLUMNS,
        rows: rows.map(([a, b, c, d, e, f, mark]) => [
          ...[a, b, c, d, e].map((text) => ({ text })),
          { text: f, mark: mark || undefined },
        ]),
      };
      const lines = renderTable(table, screen(width));
      for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
      for (const [, , , , , cost] of rows) expect(lines.some((line) => line.split(/\s+/).includes(cost))).toBe(true);
    }),
  );
});

test('piped, nothing is cut and columns that stand in for others are left out', () => {
  const long = 'x'.repeat(300);
  const lines = renderTable(
    { columns: COLUMNS, rows: [[long, long, '1', '2', '3', '4'].map((text) => ({ text }))] },
    screen(Number.POSITIVE_INFINITY),
  );
  expect(lines[0]?.trim().split(/\s+/)).toEqual(['Name', 'Path', 'Extra', 'Some', 'Cost']);
  expect(lines[2]?.split(/\s+/)).toEqual([long, long, '1', '2', '4']);
});

test('below forty columns a row takes two lines: names, then figures', () => {
  const cells = ['Claude Code', '', '1', '2', '266M', '$304.27'].map((text) => ({ text }));
  expect(renderTable({ columns: COLUMNS, rows: [cells] }, screen(30))).toEqual(['Claude Code', '  266M  $304.27']);
});

test('displayWidth() counts wide letters twice and combining marks not at all', () => {
  expect(['abc', '日本', 'e\u0301', '👍', '…', 'ﾊﾝ'].map(displayWidth)).toEqual([3, 4, 1, 2, 1, 2]);
});

test('truncate() cuts at the end or in the middle, and never passes the width', () => {
  expect(truncate('refactor price table', 10)).toBe('refactor …');
  expect(truncate('/home/ada/code/ledger-api', 15, 'middle')).toBe('/home/a…ger-api');
  expect(truncate('日本語日本語', 6)).toBe('日本…');
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom('end' as const, 'middle' as const),
      (text, width, where) => {
        expect(displayWidth(truncate(printable(text), width, where))).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test('wrap() breaks between words and indents what follows', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', '  three', '  four']);
  expect(wrap('one two', Number.POSITIVE_INFINITY)).toEqual(['one two']);
  expect(wrap('averyveryverylongword b', 8)).toEqual(['averyveryverylongword', '  b']);
  expect(wrap('  one two three', 9, '')).toEqual(['  one two', '  three']);
  expect(wrap('\u001b[1mone two\u001b[22m three', 7)).toEqual(['\u001b[1mone two\u001b[22m', '  three']);
});
