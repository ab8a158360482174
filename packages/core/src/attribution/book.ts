/**
 * Sums of a thread's calls by place and owner, all in one list of numbers: what a first walk over everything makes, with
 * no object for each part of each call. Places are the caller's (a strand and a quarter of an hour). It takes a call only
 * where each bucket costs a whole number of nano-dollars a token and there is no fee, so that it is exact; any other is
 * given out in parts, which are then added.
 */
import type { TokenUsage } from '../usage.ts';
import { Carried } from './carried.ts';
import type { BucketCost } from './cost.ts';
import { ownerIndex } from './enter.ts';
import type { Owner, OwnerSum, Part } from './piece.ts';
import type { Book } from './receiver.ts';
import { ATTRIBUTION_SUMS, addPart, noAttribution } from './sums.ts';

/** Which calls are summed together. */
export interface Places<Call> {
  isSame(a: Call, b: Call): boolean;
  /** Calls of one name are of one place. */
  nameOf(call: Call): string;
}

/** The sums of one place. */
export interface Page<Call> {
  readonly call: Call;
  /** At an owner's index: where its figures begin, in the order of ATTRIBUTION_SUMS; -1 where it has none. */
  readonly starts: readonly number[];
}

const WIDTH = ATTRIBUTION_SUMS.length;
/** Figures of this many owners at first. */
const ROOM = 64;

const at = (name: (typeof ATTRIBUTION_SUMS)[number]) => ATTRIBUTION_SUMS.indexOf(name);
const ENTERED_INPUT = at('enteredInput');
const ENTERED_READ = at('enteredCacheRead');
const ENTERED_5M = at('enteredCacheWrite5m');
const ENTERED_1H = at('enteredCacheWrite1h');
const CARRIED_INPUT = at('carriedInput');
const CARRIED_READ = at('carriedCacheRead');
const CARRIED_5M = at('carriedCacheWrite5m');
const CARRIED_1H = at('carriedCacheWrite1h');
const OUTPUT = at('output');
const MEASURED = at('measured');
const COST_ENTERED = at('costEntered');
const COST_CARRIED = at('costCarried');
const COST_OUTPUT = at('costOutput');
const UNPRICED = at('unpricedTokens');

export class SumsBook<Call> implements Book {
  readonly #places: Places<Call>;
  readonly #byName = new Map<string, { call: Call; starts: number[] }>();
  #here: Call | undefined;
  #starts: number[] = [];
  #figures = new Float64Array(ROOM * WIDTH);
  #end = 0;
  // What a token of the call in hand costs.
  #isPriced = false;
  #readNano = 0;
  #write1hNano = 0;
  #write5mNano = 0;
  #inputNano = 0;
  #outputNano = 0;
  readonly #carried = new Carried((owner, cacheRead, measured, costNano, unpricedTokens) => {
    const start = this.#at(owner);
    const figures = this.#figures;
    plus(figures, start + CARRIED_READ, cacheRead);
    plus(figures, start + MEASURED, measured);
    plus(figures, start + COST_CARRIED, costNano);
    plus(figures, start + UNPRICED, unpricedTokens);
  });

  constructor(places: Places<Call>) {
    this.#places = places;
  }

  /** The next calls are of this one's place. `sums` is what stands in the context. */
  turnTo(call: Call, sums: readonly OwnerSum[] | undefined): void {
    if (this.#here !== undefined && this.#places.isSame(this.#here, call)) return;
    this.#carried.settle(sums);
    const name = this.#places.nameOf(call);
    let page = this.#byName.get(name);
    if (!page) {
      page = { call, starts: [] };
      this.#byName.set(name, page);
    }
    this.#here = call;
    this.#starts = page.starts;
  }

  takes(usage: TokenUsage, cost: BucketCost | undefined): boolean {
    this.#isPriced = cost !== undefined;
    if (cost === undefined) {
      this.#readNano = this.#write1hNano = this.#write5mNano = this.#inputNano = this.#outputNano = 0;
      return true;
    }
    if (cost.other !== 0) return false;
    // Mostly a token costs what it did of the call before.
    if (this.#isCost(usage, cost)) return true;
    this.#readNano = perToken(cost.cacheRead, usage.cacheRead);
    this.#write1hNano = perToken(cost.cacheWrite1h, usage.cacheWrite1h);
    this.#write5mNano = perToken(cost.cacheWrite5m, usage.cacheWrite5m);
    this.#inputNano = perToken(cost.input, usage.input);
    this.#outputNano = perToken(cost.output, usage.output);
    return this.#isCost(usage, cost);
  }

  carry(): void {
    this.#carried.count(this.#isPriced ? this.#readNano : undefined);
  }

  sent(
    owner: number,
    _item: string,
    isNew: boolean,
    read: number,
    write1h: number,
    write5m: number,
    input: number,
    measured: number,
  ): void {
    const start = this.#at(owner);
    const figures = this.#figures;
    const nano =
      read * this.#readNano + write1h * this.#write1hNano + write5m * this.#write5mNano + input * this.#inputNano;
    if (isNew) {
      plus(figures, start + ENTERED_INPUT, input);
      plus(figures, start + ENTERED_READ, read);
      plus(figures, start + ENTERED_5M, write5m);
      plus(figures, start + ENTERED_1H, write1h);
      plus(figures, start + COST_ENTERED, nano);
    } else {
      plus(figures, start + CARRIED_INPUT, input);
      plus(figures, start + CARRIED_READ, read);
      plus(figures, start + CARRIED_5M, write5m);
      plus(figures, start + CARRIED_1H, write1h);
      plus(figures, start + COST_CARRIED, nano);
    }
    plus(figures, start + MEASURED, measured);
    if (!this.#isPriced) plus(figures, start + UNPRICED, read + write1h + write5m + input);
  }

  wrote(owner: number, _item: string, size: number, measured: number): void {
    const start = this.#at(owner);
    const figures = this.#figures;
    plus(figures, start + OUTPUT, size);
    plus(figures, start + MEASURED, measured);
    plus(figures, start + COST_OUTPUT, size * this.#outputNano);
    if (!this.#isPriced) plus(figures, start + UNPRICED, size);
  }

  /** Adds parts that were not told to it. Their owners are found in `owners`, or put there. */
  add(parts: readonly Part[], isPriced: boolean, owners: Owner[]): void {
    for (const part of parts) {
      const start = this.#at(ownerIndex(owners, part.owner));
      const sums = noAttribution();
      addPart(sums, part, isPriced);
      for (let index = 0; index < WIDTH; index++)
        plus(this.#figures, start + index, sums[ATTRIBUTION_SUMS[index] ?? 'output']);
    }
  }

  grow(owner: number, size: number, measured: number): void {
    this.#carried.grow(owner, size, measured);
  }

  settle(sums: readonly OwnerSum[] | undefined): void {
    this.#carried.settle(sums);
  }

  pages(): Iterable<Page<Call>> {
    return this.#byName.values();
  }

  /** All figures; pages say whose are where. They are written to as long as calls come. */
  get figures(): Float64Array {
    return this.#figures;
  }

  /** Empty, for the next thread: its memory is used again. */
  clear(): void {
    this.#byName.clear();
    this.#carried.clear();
    this.#figures.fill(0, 0, this.#end);
    this.#end = 0;
    this.#here = undefined;
  }

  #isCost(usage: TokenUsage, cost: BucketCost): boolean {
    return (
      this.#readNano * usage.cacheRead === cost.cacheRead &&
      this.#inputNano * usage.input === cost.input &&
      this.#outputNano * usage.output === cost.output &&
      this.#write5mNano * usage.cacheWrite5m === cost.cacheWrite5m &&
      this.#write1hNano * usage.cacheWrite1h === cost.cacheWrite1h
    );
  }

  #at(owner: number): number {
    const start = this.#starts[owner];
    return start === undefined || start < 0 ? this.#open(owner) : start;
  }

  #open(owner: number): number {
    const starts = this.#starts;
    while (starts.length <= owner) starts.push(-1);
    const start = this.#end;
    starts[owner] = start;
    this.#end += WIDTH;
    if (this.#end > this.#figures.length) {
      const larger = new Float64Array(this.#figures.length * 2);
      larger.set(this.#figures);
      this.#figures = larger;
    }
    return start;
  }
}

/** Nano-dollars of a token, a whole number; where there is none, one that does not give the bucket's cost. */
function perToken(nano: number, tokens: number): number {
  return nano === 0 || tokens === 0 ? 0 : Math.floor(nano / tokens);
}

function plus(figures: Float64Array, index: number, more: number): void {
  if (more !== 0) figures[index] = (figures[index] ?? 0) + more;
}
