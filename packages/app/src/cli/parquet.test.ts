import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readParquet } from '../../test/parquet-reader.ts';
import { type ParquetColumn, type ParquetValue, writeParquet } from './parquet.ts';

const COLUMNS: readonly ParquetColumn[] = [
  { name: 'name', type: 'text' },
  { name: 'note', type: 'text', isOptional: true },
  { name: 'count', type: 'integer' },
  { name: 'cost', type: 'nano', isOptional: true },
  { name: 'at', type: 'instant' },
];

async function bytesOf(rows: readonly (readonly ParquetValue[])[], perGroup?: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeParquet(COLUMNS, rows, perGroup)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('what is written is what a reader of the format reads, over any number of row groups', async () => {
  const row = fc.tuple(
    fc.string({ unit: 'grapheme' }),
    fc.option(fc.string()),
    fc.bigInt({ min: 0n, max: 2n ** 53n }),
    fc.option(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n })),
    fc.bigInt({ min: 0n, max: 4_102_444_800_000n }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 17 }), async (rows, perGroup) => {
      const file = readParquet(await bytesOf(rows, perGroup));
      expect(file.rows).toEqual(rows);
      expect(file.groups).toBe(Math.ceil(rows.length / perGroup));
    }),
    { numRuns: 60 },
  );
});

test('the schema says what the bytes mean', async () => {
  const file = readParquet(await bytesOf([['a', null, 1, 5n, 0]]));
  expect(file.columns).toEqual([
    { name: 'name', type: 6, repetition: 0, converted: 0 },
    { name: 'note', type: 6, repetition: 1, converted: 0 },
    { name: 'count', type: 2, repetition: 0 },
    { name: 'cost', type: 2, repetition: 1, converted: 5, scale: 9, precision: 18 },
    { name: 'at', type: 2, repetition: 0, converted: 9 },
  ]);
});

test('a null in a column that must have a value is refused', async () => {
  await expect(bytesOf([[null, null, 1, 1, 1]])).rejects.toThrow('Cannot write a null into the Parquet column "name"');
});

test('no rows make a file with a schema and no groups', async () => {
  expect(readParquet(await bytesOf([]))).toMatchObject({ rows: [], groups: 0 });
});
