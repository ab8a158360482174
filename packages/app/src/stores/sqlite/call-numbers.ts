/**
 * Numbers of calls by their names, in a few bytes each: a first import asks for every call it meets, and a map of strings
 * would be most of its memory. Names are kept as hashes of 64 bits; it refuses to tell a name again.
 */
/** Half of them calls, before any name is placed anew: 3 MB where so many are asked for, of which few calls touch little. */
const FIRST_SLOTS = 1 << 18;
/** Of a slot: the hash in two halves, and the call's number, 0 where there is none. */
const WIDTH = 3;

export class CallNumbers {
  #slots: Uint32Array;
  #mask: number;
  #size = 0;
  // The name that was asked for last, which often is asked for again, and its hash.
  #agent = 0;
  #identity = '';
  #variant = '';
  #high = 0;
  #low = 0;

  /** `slots`: a power of 2. */
  constructor(slots: number = FIRST_SLOTS) {
    this.#slots = new Uint32Array(slots * WIDTH);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size;
  }

  get(agent: number, identity: string, variant: string): number | undefined {
    return this.#slots[this.#find(agent, identity, variant) + 2] || undefined;
  }

  set(agent: number, identity: string, variant: string, id: number): void {
    const slot = this.#find(agent, identity, variant);
    if (this.#isFree(slot)) this.#size++;
    this.#put(slot, this.#high, this.#low, id);
    if (this.#size * 2 > this.#mask) this.#grow();
  }

  /** The name stays, without a number. */
  delete(agent: number, identity: string, variant: string): void {
    const slot = this.#find(agent, identity, variant);
    if (!this.#isFree(slot)) this.#slots[slot + 2] = 0;
  }

  /** Where the name is, or the free place where it would be. */
  #find(agent: number, identity: string, variant: string): number {
    this.#hash(agent, identity, variant);
    return this.#seek(this.#high, this.#low);
  }

  #seek(high: number, low: number): number {
    const slots = this.#slots;
    for (let place = low & this.#mask; ; place = (place + 1) & this.#mask) {
      const slot = place * WIDTH;
      if (this.#isFree(slot) || (slots[slot] === high && slots[slot + 1] === low)) return slot;
    }
  }

  #isFree(slot: number): boolean {
    return this.#slots[slot] === 0 && this.#slots[slot + 1] === 0;
  }

  #put(slot: number, high: number, low: number, id: number): void {
    this.#slots[slot] = high;
    this.#slots[slot + 1] = low;
    this.#slots[slot + 2] = id;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let slot = 0; slot < old.length; slot += WIDTH) {
      const high = old[slot] ?? 0;
      const low = old[slot + 1] ?? 0;
      if (high !== 0 || low !== 0) this.#put(this.#seek(high, low), high, low, old[slot + 2] ?? 0);
    }
  }

  /** Two hashes side by side, mixed into each other at the end (as in cyrb53 and MurmurHash3). Never both 0. */
  #hash(agent: number, identity: string, variant: string): void {
    if (this.#low !== 0 && identity === this.#identity && variant === this.#variant && agent === this.#agent) return;
    this.#agent = agent;
    this.#identity = identity;
    this.#variant = variant;
    // Multiplied, or a letter that differs as the agents do would make one name of two.
    let high = Math.imul(0xdeadbeef ^ agent, 2654435761);
    let low = Math.imul(0x41c6ce57 ^ agent, 1597334677);
    for (let index = 0; index < identity.length; index++) {
      const code = identity.charCodeAt(index);
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    if (variant !== '') {
      // No character has this code, so that no identity runs into a variant.
      high = Math.imul(high ^ 0x10000, 2654435761);
      low = Math.imul(low ^ 0x10000, 1597334677);
      for (let index = 0; index < variant.length; index++) {
        const code = variant.charCodeAt(index);
        high = Math.imul(high ^ code, 2654435761);
        low = Math.imul(low ^ code, 1597334677);
      }
    }
    const mixedHigh = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
    const mixedLow = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
    this.#high = mixedHigh >>> 0;
    this.#low = mixedLow >>> 0 || 1;
  }
}
