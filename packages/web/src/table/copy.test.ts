import { describe, expect, it } from 'vitest';
import { type CopyColumn, toCsv, toJson, toMarkdown } from './copy.ts';

interface Row {
  readonly name: string;
  readonly cost: string | null;
}
const columns: CopyColumn<Row>[] = [
  { name: 'agent', value: (row) => row.name },
  { name: 'cost_usd', value: (row) => row.cost, isNumber: true },
  { name: 'cost_is_partial', value: (row) => row.cost === null },
];

describe('toCsv()', () => {
  it('writes a header, raw numbers and nothing for unknown', () => {
    expect(
      toCsv(
        [
          { name: 'Codex', cost: '61.290000000' },
          { name: 'Cursor', cost: null },
        ],
        columns,
      ),
    ).toBe('agent,cost_usd,cost_is_partial\r\nCodex,61.290000000,false\r\nCursor,,true\r\n');
  });

  it('quotes commas, quotes and line ends', () => {
    expect(toCsv([{ name: 'a,"b"\nc', cost: '1' }], columns)).toContain('"a,""b""\nc",1,false');
  });

  it('defuses text that a spreadsheet would run, not numbers below zero', () => {
    for (const name of ['=1+1', '+1', '-1', '@SUM(A1)']) {
      expect(toCsv([{ name, cost: '-2.5' }], columns)).toContain(`'${name},-2.5,`);
    }
  });
});

describe('toJson()', () => {
  it('keeps decimals as they came and null for unknown', () => {
    expect(JSON.parse(toJson([{ name: 'x', cost: null }], columns))).toEqual([
      { agent: 'x', cost_usd: null, cost_is_partial: true },
    ]);
  });
});

describe('toMarkdown()', () => {
  it('aligns numbers right and keeps a pipe inside its cell', () => {
    expect(toMarkdown([{ name: 'a|b', cost: '1' }], columns)).toBe(
      '| agent | cost_usd | cost_is_partial |\n| --- | ---: | --- |\n| a\\|b | 1 | false |\n',
    );
  });
});
