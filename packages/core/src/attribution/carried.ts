/**
 * Sums of what is carried from prompt to prompt, without a part for each owner of each call: what an owner has standing is
 * counted once for all the calls it stood through unchanged. A call's money must be a whole number of nano-dollars a
 * token: then it tells the same, to the nano-dollar, as parts would.
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

/** What is counted of calls: how many, nano-dollars that a token of each cost together, how many had no price. */
const COUNTS = 3;

export class Carried {
  readonly #tell: TellCarried;
  #calls = 0;
  #nano = 0;
  #unpriced = 0;
  /** How much had been counted when an owner was last told of, by the owner's index. */
  readonly #marks: number[] = [];

  constructor(tell: TellCarried) {
    this.#tell = tell;
  }

  /** Counts a call that read everything standing before it from the cache, at so many nano-dollars a token. */
  count(nanoPerToken: number | undefined): void {
    this.#calls++;
    if (nanoPerToken === undefined) this.#unpriced++;
    else this.#nano += nanoPerToken;
  }

  /** Tells what an owner had since it was last told of. To be asked before its size changes. */
  settle(owner: number, { size, measured }: OwnerSum): void {
    const at = owner * COUNTS;
    const calls = this.#calls - (this.#marks[at] ?? 0);
    if (calls === 0) return;
    if (size > 0) {
      const nano = this.#nano - (this.#marks[at + 1] ?? 0);
      const unpriced = this.#unpriced - (this.#marks[at + 2] ?? 0);
      this.#tell(owner, size * calls, measured * calls, size * nano, size * unpriced);
    }
    this.#mark(at);
  }

  settleAll(sums: readonly OwnerSum[] | undefined): void {
    if (sums === undefined || this.#calls === 0) return;
    for (let owner = 0; owner < sums.length; owner++) {
      const sum = sums[owner];
      if (sum) this.settle(owner, sum);
    }
  }

  clear(): void {
    this.#calls = 0;
    this.#nano = 0;
    this.#unpriced = 0;
    this.#marks.length = 0;
  }

  #mark(at: number): void {
    const marks = this.#marks;
    // Lists without holes are what the engine reads fastest.
    while (marks.length < at + COUNTS) marks.push(0);
    marks[at] = this.#calls;
    marks[at + 1] = this.#nano;
    marks[at + 2] = this.#unpriced;
  }
}
