/** The little of protocol buffers that a profile needs: varints, lengths, packed numbers. It writes and never reads. */

const VARINT = 0;
const LENGTH = 2;

/** One message under construction. Numbers are integers >= 0; a field of 0 is left out, as the format has it. */
export class Message {
  readonly #bytes: number[] = [];

  number(field: number, value: number | bigint): this {
    if (BigInt(value) === 0n) return this;
    this.#key(field, VARINT);
    pushVarint(this.#bytes, BigInt(value));
    return this;
  }

  /** A repeated number, packed: zeros stand in it. */
  numbers(field: number, values: readonly number[]): this {
    const packed: number[] = [];
    for (const value of values) pushVarint(packed, BigInt(value));
    return this.#block(field, packed);
  }

  message(field: number, inner: Message): this {
    return this.#block(field, inner.#bytes);
  }

  /** An entry of a repeated string: an empty one stands too. */
  text(field: number, value: string): this {
    return this.#block(field, new TextEncoder().encode(value));
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #block(field: number, content: ArrayLike<number>): this {
    this.#key(field, LENGTH);
    pushVarint(this.#bytes, BigInt(content.length));
    for (let index = 0; index < content.length; index++) this.#bytes.push(content[index] ?? 0);
    return this;
  }

  #key(field: number, kind: number): void {
    pushVarint(this.#bytes, BigInt((field << 3) | kind));
  }
}

function pushVarint(into: number[], value: bigint): void {
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) into.push(Number(rest & 0x7fn) | 0x80);
  into.push(Number(rest));
}
