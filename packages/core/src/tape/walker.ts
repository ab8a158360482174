/**
 * The WebAssembly that walks lines (`packages/core/tape`), with its memory: plans, the tape, words, and a room in which
 * lines are put to be walked where they lie. Where an engine has no WebAssembly there is no walker, and readers read lines
 * as JSON, to the same effect.
 */
import type { Line } from '../agents/agent.ts';
import { WALKER } from './generated/walker.ts';
import { ENTRY_BYTES, LAST_BYTES, SLOT_BYTES } from './layout.ts';
import { type Plan, STEADY } from './plan.ts';
import { Steady, Tape } from './tape.ts';

/** As much of the engine's WebAssembly as is needed here; no library that core is compiled with declares it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Memory: new (limits: { initial: number }) => WasmMemory;
  readonly Instance: new (
    module: WasmModule,
    imports: { env: { memory: WasmMemory } },
  ) => { readonly exports: unknown };
};
type WasmModule = object;
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface Exports {
  setUp(tape: number, tapeTo: number, table: number, mask: number, most: number, from: number, to: number): void;
  walk(plan: number, from: number, to: number): number;
  lineEnds(from: number, to: number, into: number, most: number): number;
  tapeEnd(): number;
  keySlot(node: number, at: number, length: number, mask: number): number;
  numberOf(at: number, length: number): number;
  isFullOfWords(): number;
}

const PAGE_BYTES = 65_536;
/** Bytes behind the lines that may be looked at, never answered. */
const MARGIN_BYTES = 64;
const PLANS_AT = 1024;
const PLANS_BYTES = 127 << 10;
const ENTRIES = 8192;
const WORD_SLOTS = 8192;
const MOST_WORDS = 4096;
const WORDS_BYTES = 256 << 10;
const KEY_SLOTS = 512;

const TAPE_AT = PLANS_AT + PLANS_BYTES;
const WORDS_AT = TAPE_AT + ENTRIES * ENTRY_BYTES;
const ARENA_AT = WORDS_AT + WORD_SLOTS * SLOT_BYTES;
const ENDS_AT = ARENA_AT + WORDS_BYTES;
const MOST_ENDS = 8192;
const ROOM_AT = ENDS_AT + 4 * MOST_ENDS;

interface Loaded {
  readonly at: number;
  readonly steady: Steady;
}

let compiled: WasmModule | undefined;

export class Walker {
  readonly #memory: WasmMemory;
  readonly #wasm: Exports;
  readonly #tape = new Tape();
  readonly #plans = new Map<Plan, Loaded>();
  #free = PLANS_AT;
  #last: Plan | undefined;
  // Of the last plan, not in an object: the engine would forget anew what it learnt of that, and compile the walk again.
  #at = 0;
  #steady = new Steady();

  private constructor(memory: WasmMemory, wasm: Exports) {
    this.#memory = memory;
    this.#wasm = wasm;
    this.#forget();
  }

  /** A walker with a memory of its own, undefined where the engine cannot have one. */
  static open(): Walker | undefined {
    try {
      compiled ??= new WebAssembly.Module(bytesOf(WALKER));
      const memory = new WebAssembly.Memory({ initial: Math.ceil((ROOM_AT + MARGIN_BYTES) / PAGE_BYTES) });
      const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
      return new Walker(memory, exports as unknown as Exports); // as -- the module is our own, its exports are known
    } catch {
      return undefined;
    }
  }

  /**
   * Room for lines. Asked for more, the same room is larger and holds what it held, but under a new array: the former one
   * is void. Throws RangeError where there is no memory for it.
   */
  room(bytes: number): Uint8Array {
    const pages = Math.ceil((ROOM_AT + bytes + MARGIN_BYTES) / PAGE_BYTES);
    const missing = pages - this.#memory.buffer.byteLength / PAGE_BYTES;
    if (missing > 0) {
      this.#memory.grow(missing);
      this.#tape.look(this.#memory.buffer, TAPE_AT);
    }
    return new Uint8Array(this.#memory.buffer, ROOM_AT, bytes);
  }

  /**
   * Where lines end between two addresses of this memory, as offsets from the first; not all of them where there are very
   * many. Valid until the next time.
   */
  lineEnds(from: number, to: number): Uint32Array {
    if (this.#wasm.isFullOfWords() !== 0) this.#forget();
    const count = this.#wasm.lineEnds(from, to, ENDS_AT, MOST_ENDS);
    return new Uint32Array(this.#memory.buffer, ENDS_AT, count);
  }

  /**
   * Walks the object that begins at `from`, in `line`, whose bytes lie at addresses [base, end) of this memory. Undefined
   * where it is not laid out as JSON, or has more than the tape holds.
   */
  walk(plan: Plan, line: Line, base: number, end: number, from = 0): Tape | undefined {
    if (plan !== this.#last) {
      const { at, steady } = this.#plans.get(plan) ?? this.#load(plan);
      this.#at = at;
      this.#steady = steady;
      this.#last = plan;
    }
    const outcome = this.#wasm.walk(this.#at, base + from, end);
    return outcome === -1 ? undefined : this.#tape.tell(line, base, this.#wasm.tapeEnd(), outcome, this.#steady);
  }

  /** Words and plans begin anew: of a process that stays, the words of last month's sessions would fill the room. */
  #forget(): void {
    const bytes = new Uint8Array(this.#memory.buffer);
    bytes.fill(0, PLANS_AT, TAPE_AT);
    bytes.fill(0, WORDS_AT, ARENA_AT);
    this.#wasm.setUp(TAPE_AT, WORDS_AT, WORDS_AT, WORD_SLOTS - 1, MOST_WORDS, ARENA_AT, ENDS_AT);
    this.#tape.forgetWords();
    this.#tape.look(this.#memory.buffer, TAPE_AT);
    this.#plans.clear();
    this.#last = undefined;
    this.#free = PLANS_AT;
  }

  #load(plan: Plan): Loaded {
    const { flags, items, edges, passing } = plan;
    const at = this.#take(24);
    const keys = this.#take(KEY_SLOTS * SLOT_BYTES);
    const flagsAt = this.#take(flags.length);
    const itemsAt = this.#take(2 * items.length);
    const lasts = this.#take(4 * flags.length);
    const steady = flags.map((flag) => ((flag & STEADY) !== 0 ? this.#take(LAST_BYTES) : 0));
    const gate = this.#take(4 * (passing.length + 1));
    const cells = new Int32Array(this.#memory.buffer);
    cells.set(steady, lasts / 4);
    new Uint8Array(this.#memory.buffer).set(flags, flagsAt);
    new Uint16Array(this.#memory.buffer).set(items, itemsAt >> 1);
    for (const { parent, key, child } of edges) {
      const { from, length } = this.#write(key);
      let slot = this.#wasm.keySlot(parent, from, length, KEY_SLOTS - 1);
      while (cells[(keys + slot * SLOT_BYTES) / 4 + 1] !== 0) slot = (slot + 1) % KEY_SLOTS;
      cells.set([parent, child, from, length], (keys + slot * SLOT_BYTES) / 4);
    }
    const numbers = passing.map((word) => {
      const { from, length } = this.#write(word);
      return this.#wasm.numberOf(from, length);
    });
    cells.set([numbers.length, ...numbers], gate / 4);
    cells.set([keys, KEY_SLOTS - 1, flagsAt, itemsAt, lasts, gate], at / 4);
    const loaded = { at, steady: new Steady() };
    this.#plans.set(plan, loaded);
    return loaded;
  }

  #write(text: string): { readonly from: number; readonly length: number } {
    const bytes = new TextEncoder().encode(text);
    const from = this.#take(bytes.length + 8);
    new Uint8Array(this.#memory.buffer).set(bytes, from);
    return { from, length: bytes.length };
  }

  /** So many bytes that nobody has, all zero. */
  #take(bytes: number): number {
    const at = this.#free;
    this.#free += (bytes + 15) & ~15;
    if (this.#free > TAPE_AT) throw new RangeError('Cannot keep one more plan: their room is full');
    return at;
  }
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  );
}
