/**
 * Writes Parquet, the small part of it that every reader understands: flat columns, plain encoding, no compression, one
 * page a column and row group. Texts are UTF-8, instants are milliseconds of UTC, money is a decimal with nine places.
 * https://github.com/apache/parquet-format
 */
import { type Thrift, varint, writeStruct } from './thrift.ts';

export interface ParquetColumn {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'instant' | 'nano';
  /** Values may be null. */
  readonly isOptional?: boolean | undefined;
}

/** Texts for `text`; integers for the rest (`instant` in UTC ms, `nano` in nano-dollars). */
export type ParquetValue = string | number | bigint | null | undefined;

const MAGIC = new TextEncoder().encode('PAR1');
const INT64 = 2;
const BYTE_ARRAY = 6;
const PLAIN = 0;
const RLE = 3;
/** Converted types: what the bytes mean. */
const MEANING = { text: 0, integer: undefined, instant: 9, nano: 5 } as const;

/**
 * Pieces of the file, in order. Each row has a value for each column. Throws RangeError for a null in a column that is
 * not optional.
 */
export async function* writeParquet(
  columns: readonly ParquetColumn[],
  rows: AsyncIterable<readonly ParquetValue[]> | Iterable<readonly ParquetValue[]>,
  rowsPerGroup = 50_000,
): AsyncGenerator<Uint8Array> {
  let offset = 0;
  const put = (bytes: Uint8Array) => {
    offset += bytes.length;
    return bytes;
  };
  const groups: Thrift[] = [];
  let count = 0;
  let waiting: (readonly ParquetValue[])[] = [];
  const flush = function* (): Generator<Uint8Array> {
    const chunks: Thrift[] = [];
    const start = offset;
    for (const [index, column] of columns.entries()) {
      const at = offset;
      const page = pageOf(
        column,
        waiting.map((row) => row[index]),
      );
      yield put(page.header);
      yield put(page.body);
      chunks.push(chunkMetadata(column, waiting.length, at, offset - at));
    }
    groups.push({ fields: { 1: { list: chunks }, 2: { i64: offset - start }, 3: { i64: waiting.length } } });
    count += waiting.length;
    waiting = [];
  };
  yield put(MAGIC);
  for await (const row of rows) {
    waiting.push(row);
    if (waiting.length >= rowsPerGroup) yield* flush();
  }
  if (waiting.length > 0) yield* flush();
  const footer = writeStruct({
    1: { i32: 1 },
    2: { list: [schemaRoot(columns.length), ...columns.map(schemaElement)] },
    3: { i64: count },
    4: { list: groups },
    6: { text: 'tokenmeter' },
  });
  yield footer;
  const tail = new Uint8Array(8);
  new DataView(tail.buffer).setUint32(0, footer.length, true);
  tail.set(MAGIC, 4);
  yield tail;
}

function pageOf(column: ParquetColumn, values: readonly ParquetValue[]): { header: Uint8Array; body: Uint8Array } {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (!column.isOptional && known.length < values.length)
    throw new RangeError(`Cannot write a null into the Parquet column "${column.name}", it is not optional`);
  const levels = column.isOptional ? definitionLevels(values) : new Uint8Array(0);
  const data = column.type === 'text' ? texts(known) : integers(known);
  const body = new Uint8Array(levels.length + data.length);
  body.set(levels);
  body.set(data, levels.length);
  const header = writeStruct({
    1: { i32: 0 },
    2: { i32: body.length },
    3: { i32: body.length },
    5: { fields: { 1: { i32: values.length }, 2: { i32: PLAIN }, 3: { i32: RLE }, 4: { i32: RLE } } },
  });
  return { header, body };
}

/** One bit a value, 1 where it is known, as runs with their length in front. */
function definitionLevels(values: readonly ParquetValue[]): Uint8Array {
  const runs: number[] = [];
  for (let start = 0; start < values.length; ) {
    const isKnown = (index: number) => values[index] !== null && values[index] !== undefined;
    let end = start + 1;
    while (end < values.length && isKnown(end) === isKnown(start)) end++;
    varint(runs, BigInt((end - start) * 2));
    runs.push(isKnown(start) ? 1 : 0);
    start = end;
  }
  const bytes = new Uint8Array(4 + runs.length);
  new DataView(bytes.buffer).setUint32(0, runs.length, true);
  bytes.set(runs, 4);
  return bytes;
}

function texts(values: readonly ParquetValue[]): Uint8Array {
  const encoded = values.map((value) => new TextEncoder().encode(String(value)));
  const bytes = new Uint8Array(encoded.reduce((sum, text) => sum + 4 + text.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const text of encoded) {
    view.setUint32(at, text.length, true);
    bytes.set(text, at + 4);
    at += 4 + text.length;
  }
  return bytes;
}

function integers(values: readonly ParquetValue[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setBigInt64(index * 8, BigInt(value ?? 0), true);
  return bytes;
}

function schemaRoot(children: number): Thrift {
  return { fields: { 4: { text: 'tokenmeter' }, 5: { i32: children } } };
}

function schemaElement({ name, type, isOptional }: ParquetColumn): Thrift {
  const meaning = MEANING[type];
  return {
    fields: {
      1: { i32: type === 'text' ? BYTE_ARRAY : INT64 },
      3: { i32: isOptional ? 1 : 0 },
      4: { text: name },
      6: meaning === undefined ? undefined : { i32: meaning },
      7: type === 'nano' ? { i32: 9 } : undefined,
      8: type === 'nano' ? { i32: 18 } : undefined,
    },
  };
}

function chunkMetadata({ name, type }: ParquetColumn, count: number, at: number, size: number): Thrift {
  return {
    fields: {
      2: { i64: at },
      3: {
        fields: {
          1: { i32: type === 'text' ? BYTE_ARRAY : INT64 },
          2: { list: [{ i32: PLAIN }, { i32: RLE }] },
          3: { list: [{ text: name }] },
          4: { i32: 0 },
          5: { i64: count },
          6: { i64: size },
          7: { i64: size },
          9: { i64: at },
        },
      },
    },
  };
}
