/**
 * The compact protocol of Apache Thrift, as much of it as a Parquet file's metadata needs. Writing only.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */

/** A value with its thrift type. Struct fields are by number and must rise. */
export type Thrift =
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly text: string }
  | { readonly list: readonly Thrift[] }
  | { readonly fields: Readonly<Record<number, Thrift | undefined>> };

const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** The bytes of a struct. */
export function writeStruct(fields: Readonly<Record<number, Thrift | undefined>>): Uint8Array {
  const bytes: number[] = [];
  structInto(bytes, fields);
  return Uint8Array.from(bytes);
}

function structInto(bytes: number[], fields: Readonly<Record<number, Thrift | undefined>>): void {
  let last = 0;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const id = Number(key);
    // All our ids are less than 16 apart, so the short form of a field's header always does.
    bytes.push(((id - last) << 4) | typeOf(value));
    last = id;
    valueInto(bytes, value);
  }
  bytes.push(0);
}

function valueInto(bytes: number[], value: Thrift): void {
  if ('i32' in value) varint(bytes, zigzag(BigInt(value.i32)));
  else if ('i64' in value) varint(bytes, zigzag(BigInt(value.i64)));
  else if ('text' in value) {
    const text = new TextEncoder().encode(value.text);
    varint(bytes, BigInt(text.length));
    for (const byte of text) bytes.push(byte);
  } else if ('list' in value) {
    const [first] = value.list;
    const type = first ? typeOf(first) : STRUCT;
    if (value.list.length < 15) bytes.push((value.list.length << 4) | type);
    else {
      bytes.push(0xf0 | type);
      varint(bytes, BigInt(value.list.length));
    }
    for (const item of value.list) valueInto(bytes, item);
  } else structInto(bytes, value.fields);
}

function typeOf(value: Thrift): number {
  if ('i32' in value) return I32;
  if ('i64' in value) return I64;
  if ('text' in value) return BINARY;
  return 'list' in value ? LIST : STRUCT;
}

function zigzag(value: bigint): bigint {
  return value >= 0n ? value * 2n : -value * 2n - 1n;
}

export function varint(bytes: number[], value: bigint): void {
  let rest = value;
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
}
