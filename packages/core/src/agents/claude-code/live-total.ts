/**
 * What the program says a run used (`modelUsage` of its results), as the run's own part: a counter that goes on across
 * turns, starts from the saved total in a resumed session and from nothing after `/clear`. It refuses to add results up.
 */
import { addUsage, BUCKETS, NO_USAGE, type TokenUsage, totalTokens } from '../../usage.ts';
import { type Json, objectOf } from '../json.ts';
import { usageByModel } from './total.ts';

type ByModel = ReadonlyMap<string, TokenUsage>;
const NOTHING: ByModel = new Map();

export class RunTotal {
  /** Last total that was told, by session: where a resumed one starts. */
  readonly #last = new Map<string, ByModel>();
  #baseline: ByModel | undefined;
  /** Of counters that were reset since this run began. */
  #before: ByModel = NOTHING;
  #sessionId = '';

  constructor(stored: unknown) {
    for (const [sessionId, models] of Object.entries(objectOf(stored) ?? {})) {
      const byModel = new Map<string, TokenUsage>();
      for (const [model, usage] of Object.entries(objectOf(models) ?? {})) {
        const told = storedUsage(usage);
        if (told) byModel.set(model, told);
      }
      this.#last.set(sessionId, byModel);
    }
  }

  /** Takes a result in; answers what the run has used by model, undefined where the result does not tell. */
  take(result: Json, sessionId: string): ByModel | undefined {
    const told = objectOf(result.modelUsage);
    const total = told && usageByModel(told);
    // A result that tells of a failed start may say nothing but zeros.
    if (!total || isNothing(total)) return undefined;
    const last = this.#last.get(sessionId);
    this.#baseline ??= this.#begin(result, total, last);
    if (sessionId !== this.#sessionId && this.#sessionId !== '') {
      this.#reset(this.#last.get(this.#sessionId) ?? NOTHING);
      this.#baseline = last && !isBelow(total, last) ? last : NOTHING;
    } else if (last && this.#sessionId !== '' && isBelow(total, last)) this.#reset(last);
    this.#sessionId = sessionId;
    this.#last.set(sessionId, total);
    return plus(this.#before, minus(total, this.#baseline));
  }

  /** Plain JSON, by session and model. */
  state(): Json {
    return Object.fromEntries([...this.#last].map(([id, byModel]) => [id, Object.fromEntries(byModel)]));
  }

  /** Where the counter stood when this run began: what the first result does not count as new, or what was stored. */
  #begin(result: Json, total: ByModel, last: ByModel | undefined): ByModel {
    const since = objectOf(result.model_usage_since_last_result);
    const carried = since && minus(total, usageByModel(since));
    if (carried && !isNothing(carried)) return carried;
    return last && !isBelow(total, last) ? last : NOTHING;
  }

  #reset(last: ByModel): void {
    this.#before = plus(this.#before, minus(last, this.#baseline ?? NOTHING));
    this.#baseline = NOTHING;
  }
}

function storedUsage(value: unknown): TokenUsage | undefined {
  const stored = objectOf(value);
  if (!stored) return undefined;
  const count = (bucket: string) => {
    const told = stored[bucket];
    return typeof told === 'number' && Number.isSafeInteger(told) && told >= 0 ? told : 0;
  };
  const [input, cacheRead, output] = [count('input'), count('cacheRead'), count('output')];
  const reasoning = stored.reasoning === undefined ? undefined : Math.min(count('reasoning'), output);
  return {
    input,
    cacheRead,
    cacheWrite5m: count('cacheWrite5m'),
    cacheWrite1h: count('cacheWrite1h'),
    output,
    reasoning,
  };
}

function isNothing(byModel: ByModel): boolean {
  return [...byModel.values()].every((usage) => totalTokens(usage) === 0);
}

function isBelow(a: ByModel, b: ByModel): boolean {
  for (const [model, usage] of b) {
    const now = a.get(model) ?? NO_USAGE;
    if (BUCKETS.some((bucket) => now[bucket] < usage[bucket])) return true;
  }
  return false;
}

function plus(a: ByModel, b: ByModel): ByModel {
  const sum = new Map(a);
  for (const [model, usage] of b) {
    const both = addUsage(sum.get(model) ?? NO_USAGE, usage);
    // Counts beyond what is exact are nonsense that was told; the greater of the two is as good.
    sum.set(model, Number.isSafeInteger(totalTokens(both)) ? both : usage);
  }
  return sum;
}

function minus(a: ByModel, b: ByModel): ByModel {
  const rest = new Map<string, TokenUsage>();
  for (const [model, usage] of a) {
    const less = b.get(model) ?? NO_USAGE;
    const output = Math.max(0, usage.output - less.output);
    rest.set(model, {
      input: Math.max(0, usage.input - less.input),
      cacheRead: Math.max(0, usage.cacheRead - less.cacheRead),
      cacheWrite5m: Math.max(0, usage.cacheWrite5m - less.cacheWrite5m),
      cacheWrite1h: Math.max(0, usage.cacheWrite1h - less.cacheWrite1h),
      output,
      reasoning:
        usage.reasoning === undefined
          ? undefined
          : Math.min(output, Math.max(0, usage.reasoning - (less.reasoning ?? 0))),
    });
  }
  return rest;
}
