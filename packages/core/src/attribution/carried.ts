/**
 * Sums of what is carried from prompt to prompt, without a part for each owner of each call: what an owner has standing is
 * counted once for all the calls it stood through unchanged. It takes only calls whose cost is a whole number of
 * nano-dollars a token, so that it tells the same, to the nano-dollar, as parts would.
 */
import type { TokenUsage } from '../usage.ts';
import type { BucketCost } from './cost.ts';
import type { Owner, OwnerSum } from './piece.ts';

/** What an owner had of calls as carried and read from the cache, all of it. */
export interface CarriedSum {
  readonly cacheRead: number;
  readonly measured: number;
  readonly costNano: number;
  /** Tokens of it that have no price. */
  readonly unpricedTokens: number;
}

type TellCarried = (owner: Owner, sum: CarriedSum) => void;

/** How much had been counted when an owner was last told of. */
interface Mark {
  calls: number;
  nano: number;
  unpriced: number;
}

export class Carried {
  readonly #tell: TellCarried;
  #calls = 0;
  #nano = 0;
  #unpriced = 0;
  /** At the owner's index. */
  readonly #marks: Mark[] = [];

  constructor(tell: TellCarried) {
    this.#tell = tell;
  }

  /** Counts a call that read everything standing before it from the cache; false where it must be given out in parts. */
  count(usage: TokenUsage, cost: BucketCost | undefined): boolean {
    if (cost && !isWhole(usage, cost)) return false;
    this.#calls++;
    if (!cost) this.#unpriced++;
    else if (cost.cacheRead > 0) this.#nano += cost.cacheRead / usage.cacheRead;
    return true;
  }

  /** Tells what an owner had since it was last told of. To be asked before its size changes. */
  settle(index: number, owner: Owner | undefined, { size, measured }: OwnerSum): void {
    const mark = this.#marks[index];
    const calls = this.#calls - (mark?.calls ?? 0);
    if (calls === 0) return;
    if (owner && size > 0)
      this.#tell(owner, {
        cacheRead: size * calls,
        measured: measured * calls,
        costNano: size * (this.#nano - (mark?.nano ?? 0)),
        unpricedTokens: size * (this.#unpriced - (mark?.unpriced ?? 0)),
      });
    this.#mark(index);
  }

  /** What stood nowhere until now has had no part in the calls before. */
  enters(index: number): void {
    this.#mark(index);
  }

  settleAll(owners: readonly Owner[], sums: readonly OwnerSum[] | undefined): void {
    sums?.forEach((sum, index) => {
      this.settle(index, owners[index], sum);
    });
  }

  #mark(index: number): void {
    const mark = this.#marks[index];
    if (mark) {
      mark.calls = this.#calls;
      mark.nano = this.#nano;
      mark.unpriced = this.#unpriced;
    } else {
      // Lists without holes are what the engine reads fastest.
      for (let next = this.#marks.length; next < index; next++) this.#marks.push({ calls: 0, nano: 0, unpriced: 0 });
      this.#marks.push({ calls: this.#calls, nano: this.#nano, unpriced: this.#unpriced });
    }
  }
}

function isWhole(usage: TokenUsage, cost: BucketCost): boolean {
  return (
    divides(usage.cacheRead, cost.cacheRead) &&
    divides(usage.input, cost.input) &&
    divides(usage.cacheWrite5m, cost.cacheWrite5m) &&
    divides(usage.cacheWrite1h, cost.cacheWrite1h)
  );
}

function divides(tokens: number, nano: number): boolean {
  return nano === 0 || (tokens > 0 && nano % tokens === 0);
}
