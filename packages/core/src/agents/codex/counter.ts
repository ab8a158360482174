/**
 * Tells calls from repetitions in the stream of counters that Codex writes. `last` is what one call used; `total` only
 * tells whether it was said before. It refuses to believe a total by itself while a `last` is there.
 *
 *     total as before                      the same again (the screen was refreshed): nothing
 *     total all zero                       nothing, and the baseline stays
 *     total went back, but hardly          a stale snapshot out of order: nothing
 *     total went back                      the counter started anew: `last`
 *     total moved on                       `last`; where `last` is empty (after a compaction), what the total moved by
 *     total only                           what it moved by; where it went back, only a new baseline
 *     last only                            `last`
 *     total not above what was inherited   nothing: the rest of a copied history, behind the sign of its end
 *
 * The first counter of a file counts its `last`, never its total: a resumed session goes on where it was. A
 * `token_usage_record` is a call by itself; the counter that repeats it adds nothing.
 */
import type { Tokens } from './tokens.ts';
import { isBelow, isNothing, minus, NO_TOKENS, plus, sameTokens, sumOf } from './tokens.ts';

/** What must be remembered between counters. Plain JSON. */
export interface Counter {
  previous?: Tokens | undefined;
  /** First total since the counter started. */
  first?: Tokens | undefined;
  /** Where a copied history left the counter; undefined once a total went above it. A fork's counter goes on from there. */
  inherited?: Tokens | undefined;
  /** How often it started anew. */
  epoch: number;
  /** Usage of the latest call, and whether a record or a counter told it; `claimed` once the other one did, too. */
  latest?: Tokens | undefined;
  by: 'counter' | 'record';
  claimed: boolean;
}

/** A call that a counter told of. `position` is the counter after it: with `epoch` it names the call within a lineage. */
export interface Counted {
  readonly usage: Tokens;
  readonly position: Tokens;
  readonly epoch: number;
}

export function newCounter(): Counter {
  return { epoch: 0, by: 'counter', claimed: true };
}

/** A copied history ends here: totals up to where it left the counter are still its own. */
export function inherit(counter: Counter): void {
  counter.inherited = counter.previous;
}

/** What a `token_count` adds; undefined where it adds nothing. */
export function count(counter: Counter, total: Tokens | undefined, last: Tokens | undefined): Counted | undefined {
  if (total && isNothing(total)) return undefined;
  if (total && counter.previous && sameTokens(total, counter.previous)) {
    counter.claimed ||= counter.by === 'record';
    return undefined;
  }
  if (total && counter.inherited) {
    if (!isBelow(counter.inherited, total)) return undefined;
    counter.inherited = undefined;
  }
  const usage = total ? moved(counter, total, last) : last;
  if (!total && usage) counter.previous = plus(counter.previous ?? NO_TOKENS, usage);
  if (!usage || isNothing(usage) || !counter.previous) return undefined;
  if (counter.by === 'record' && !counter.claimed && counter.latest && sameTokens(counter.latest, usage)) {
    counter.claimed = true;
    return undefined;
  }
  counter.latest = usage;
  counter.by = 'counter';
  counter.claimed = false;
  return { usage, position: counter.previous, epoch: counter.epoch };
}

/**
 * Takes a `token_usage_record` in. False where a counter has told of its call before: `threadTotal` is where the counter
 * stood already, or, without one, the latest counted usage is the same and no record has claimed it.
 */
export function recordIsNew(counter: Counter, usage: Tokens, threadTotal: Tokens | undefined): boolean {
  const stood = threadTotal && counter.previous ? sameTokens(threadTotal, counter.previous) : !threadTotal;
  const told = counter.by === 'counter' && !counter.claimed && counter.latest && sameTokens(counter.latest, usage);
  if (stood && told) {
    counter.claimed = true;
    return false;
  }
  if (threadTotal) {
    if (counter.previous && isBelow(threadTotal, counter.previous)) counter.epoch++;
    counter.previous = threadTotal;
  } else if (counter.previous) counter.previous = plus(counter.previous, usage);
  counter.latest = usage;
  counter.by = 'record';
  counter.claimed = false;
  return true;
}

/** What a total says was used since the previous one, with `last` to go by. Moves the baseline. */
function moved(counter: Counter, total: Tokens, last: Tokens | undefined): Tokens | undefined {
  const { previous } = counter;
  if (!previous) {
    counter.previous = total;
    counter.first = total;
    return last ?? total;
  }
  if (isBelow(total, previous)) {
    if (last && isStale(counter, previous, total, last)) return undefined;
    counter.previous = total;
    counter.first = total;
    counter.epoch++;
    return last;
  }
  counter.previous = total;
  return last && !isNothing(last) ? last : minus(total, previous);
}

/** Nearly the previous total, and not the first of a fresh counter (whose total is its last). */
function isStale(counter: Counter, previous: Tokens, total: Tokens, last: Tokens): boolean {
  const fresh = sameTokens(total, last) && !(counter.first && sameTokens(total, counter.first));
  if (fresh && !isNothing(last)) return false;
  const [before, now] = [sumOf(previous), sumOf(total)];
  return now * 100 >= before * 98 || now + 2 * sumOf(last) >= before;
}
