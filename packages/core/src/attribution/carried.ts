/**
 * Sums of what is carried from prompt to prompt, without a part for each owner of each call: what an owner has standing at
 * the end of some calls is counted as if it had stood through all of them, less what entered only on the way. A call's
 * money must be a whole number of nano-dollars a token: then it tells the same, to the nano-dollar, as parts would.
 */
import type { OwnerSum } from './piece.ts';

/** Hears what an owner had of calls as carried and read from the cache, all of it. */
export type TellCarried = (
  owner: number,
  cacheRead: number,
  measured: number,
  costNano: number,
  unpricedTokens: number,
) => void;

/** Figures of an owner: tokens, measured ones, nano-dollars, unpriced tokens that it did not have of the calls so far. */
const FIGURES = 4;

export class Carried {
  readonly #tell: TellCarried;
  /** Calls since all was last told, what a token of each cost together, how many of them had no price. */
  #calls = 0;
  #nano = 0;
  #unpriced = 0;
  /** By the owner's index. */
  #less = new Float64Array(32 * FIGURES);

  constructor(tell: TellCarried) {
    this.#tell = tell;
  }

  /** Counts a call that read everything standing before it from the cache, at so many nano-dollars a token. */
  count(nanoPerToken: number | undefined): void {
    this.#calls++;
    if (nanoPerToken === undefined) this.#unpriced++;
    else this.#nano += nanoPerToken;
  }

  /** What is new of an owner had no part in the calls so far. */
  grow(owner: number, size: number, measured: number): void {
    if (this.#calls === 0) return;
    const at = owner * FIGURES;
    if (at >= this.#less.length) this.#widen(at);
    const less = this.#less;
    less[at] = (less[at] ?? 0) + size * this.#calls;
    less[at + 1] = (less[at + 1] ?? 0) + measured * this.#calls;
    less[at + 2] = (less[at + 2] ?? 0) + size * this.#nano;
    less[at + 3] = (less[at + 3] ?? 0) + size * this.#unpriced;
  }

  /** Tells what each owner had of the calls so far. To be asked before what stands changes otherwise than by growing. */
  settle(sums: readonly OwnerSum[] | undefined): void {
    if (sums === undefined || this.#calls === 0) return;
    const less = this.#less;
    for (let owner = 0; owner < sums.length; owner++) {
      const { size, measured } = sums[owner] ?? NOTHING;
      if (size === 0) continue;
      const at = owner * FIGURES;
      const cacheRead = size * this.#calls - (less[at] ?? 0);
      if (cacheRead === 0) continue;
      this.#tell(
        owner,
        cacheRead,
        measured * this.#calls - (less[at + 1] ?? 0),
        size * this.#nano - (less[at + 2] ?? 0),
        size * this.#unpriced - (less[at + 3] ?? 0),
      );
    }
    this.clear();
  }

  clear(): void {
    this.#calls = 0;
    this.#nano = 0;
    this.#unpriced = 0;
    this.#less.fill(0);
  }

  #widen(at: number): void {
    const larger = new Float64Array((at + FIGURES) * 2);
    larger.set(this.#less);
    this.#less = larger;
  }
}

const NOTHING: OwnerSum = { size: 0, measured: 0 };
