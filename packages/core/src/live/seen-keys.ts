/**
 * Names that were seen once and must be known again, for days, in sixteen bytes each or little more: of each no more than
 * 64 bits are kept. Of a million names the odds that any two are taken for one are below one in ten million. It refuses
 * to forget.
 */
const LEAST_SLOTS = 64;
/** Fuller than this, it grows. */
const MOST_FULL = 0.6;

export class SeenKeys {
  /** Two halves of each; both zero: an empty slot. */
  #halves = new Uint32Array(2 * LEAST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#halves.byteLength;
  }

  has(key: string): boolean {
    const [low, high] = halvesOf(key);
    return this.#halves[this.#slotOf(low, high)] !== 0;
  }

  /** False where it was seen before. */
  add(key: string): boolean {
    const [low, high] = halvesOf(key);
    const slot = this.#slotOf(low, high);
    if (this.#halves[slot] !== 0) return false;
    this.#put(slot, low, high);
    this.#size++;
    if (2 * this.#size > MOST_FULL * this.#halves.length) this.#grow();
    return true;
  }

  /** Where a name stands, or would. */
  #slotOf(low: number, high: number): number {
    const halves = this.#halves;
    const mask = halves.length - 1;
    let slot = (low * 2) & mask;
    while (halves[slot] !== 0 && (halves[slot] !== low || halves[slot + 1] !== high)) slot = (slot + 2) & mask;
    return slot;
  }

  #put(slot: number, low: number, high: number): void {
    this.#halves[slot] = low;
    this.#halves[slot + 1] = high;
  }

  #grow(): void {
    const before = this.#halves;
    this.#halves = new Uint32Array(2 * before.length);
    for (let at = 0; at < before.length; at += 2) {
      const [low = 0, high = 0] = [before[at], before[at + 1]];
      if (low !== 0) this.#put(this.#slotOf(low, high), low, high);
    }
  }
}

/** Two 32-bit hashes that know nothing of each other: multiplied by other primes at each character, mixed at the end. */
function halvesOf(key: string): readonly [low: number, high: number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index);
    a = Math.imul(a ^ code, 0x9e3779b1);
    b = Math.imul(b ^ code, 0x5f356495);
  }
  const low = mix(a, b);
  // Zero is an empty slot.
  return [low === 0 ? 1 : low, mix(b, low)];
}

function mix(a: number, b: number): number {
  let mixed = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
