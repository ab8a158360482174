/** Reads the Parquet that we write, from the format's own description and not from the writer: for tests only. */

interface Column {
  readonly name: string;
  readonly type: number;
  readonly repetition: number;
  readonly converted?: number;
  readonly scale?: number;
  readonly precision?: number;
}

type Value = string | bigint | null;
type Struct = Map<number, unknown>;

export function readParquet(bytes: Uint8Array): { columns: Column[]; rows: Value[][]; groups: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const magic = (at: number) => Buffer.from(bytes.subarray(at, at + 4)).toString();
  if (magic(0) !== 'PAR1' || magic(bytes.length - 4) !== 'PAR1') throw new Error('not Parquet');
  const length = view.getUint32(bytes.length - 8, true);
  const footer = new Compact(bytes, bytes.length - 8 - length).struct();
  const [root, ...elements] = footer.get(2) as Struct[];
  const columns = elements.map((element): Column => {
    const optional = { converted: element.get(6), scale: element.get(7), precision: element.get(8) };
    return {
      name: element.get(4) as string,
      type: element.get(1) as number,
      repetition: element.get(3) as number,
      ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as object),
    };
  });
  if (root?.get(5) !== columns.length) throw new Error('the root counts its children wrong');
  const groups = footer.get(4) as Struct[];
  const rows = groups.flatMap((group) => {
    const count = Number(group.get(3));
    const read = (group.get(1) as Struct[]).map((chunk, index) => {
      const metadata = chunk.get(3) as Struct;
      if (Number(metadata.get(5)) !== count) throw new Error('a chunk has another number of values');
      return readPage(bytes, Number(metadata.get(9)), columns[index] as Column, count);
    });
    return Array.from({ length: count }, (_, row) => read.map((values) => values[row] as Value));
  });
  if (Number(footer.get(3)) !== rows.length) throw new Error('the file counts its rows wrong');
  return { columns, rows, groups: groups.length };
}

function readPage(bytes: Uint8Array, start: number, column: Column, count: number): Value[] {
  const reader = new Compact(bytes, start);
  const header = reader.struct();
  const data = header.get(5) as Struct;
  if (data.get(1) !== count || data.get(2) !== 0) throw new Error('a page is not plain or not whole');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = reader.at;
  const end = at + (header.get(3) as number);
  const known: boolean[] = [];
  if (column.repetition === 1) {
    const stop = at + 4 + view.getUint32(at, true);
    const levels = new Compact(bytes, at + 4);
    while (levels.at < stop) {
      const run = Number(levels.varint());
      if (run % 2 !== 0) throw new Error('only runs are expected');
      const value = bytes[levels.at++] === 1;
      for (let index = 0; index < run / 2; index++) known.push(value);
    }
    at = stop;
  } else for (let index = 0; index < count; index++) known.push(true);
  const values = known.map((isKnown): Value => {
    if (!isKnown) return null;
    if (column.type === 2) {
      at += 8;
      return view.getBigInt64(at - 8, true);
    }
    const length = view.getUint32(at, true);
    at += 4 + length;
    return Buffer.from(bytes.subarray(at - length, at)).toString('utf8');
  });
  if (at !== end || values.length !== count) throw new Error('a page has bytes left over');
  return values;
}

class Compact {
  at: number;
  #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  struct(): Struct {
    const fields: Struct = new Map();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      if (head === 0) return fields;
      id += head >> 4;
      fields.set(id, this.#value(head & 15));
    }
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  #value(type: number): unknown {
    if (type === 5 || type === 6) {
      const raw = this.varint();
      const value = raw % 2n === 0n ? raw / 2n : -(raw + 1n) / 2n;
      return type === 5 ? Number(value) : value;
    }
    if (type === 8) {
      const length = Number(this.varint());
      this.at += length;
      return Buffer.from(this.#bytes.subarray(this.at - length, this.at)).toString('utf8');
    }
    if (type === 9) {
      const head = this.#byte();
      const size = head >> 4 === 15 ? Number(this.varint()) : head >> 4;
      return Array.from({ length: size }, () => this.#value(head & 15));
    }
    if (type === 12) return this.struct();
    throw new Error(`type ${type} is not expected`);
  }

  #byte(): number {
    return this.#bytes[this.at++] ?? 0;
  }
}
