/** Sums of what is carried are the parts of every call, added up: in every bucket, measured, in money and without a price. */
import { describe, expect, it } from 'vitest';
import type { Random } from '../testing/random.ts';
import { seededRandom } from '../testing/random.ts';
import type { TokenUsage } from '../usage.ts';
import { BUCKETS } from '../usage.ts';
import { Carried } from './carried.ts';
import type { ContextHabits, Owner, Part } from './piece.ts';
import type { AttributionSums } from './sums.ts';
import { addPart, noAttribution } from './sums.ts';
import type { CarriedBooks, ThreadCall, ThreadMark, ThreadTool } from './walk.ts';
import { BEGINNING, walkThread } from './walk.ts';

const HABITS: ContextHabits = { reasoningReenters: true, prefixCache: true };
const TOOLS = ['Read', 'Bash', 'Edit', 'WebSearch'] as const;

interface Placed extends ThreadCall {
  readonly place: number;
}

/** Sums by place and owner. */
type Sums = Record<string, AttributionSums>;

function sumsOf(sums: Sums, place: number, { kind, name }: Owner): AttributionSums {
  const key = `${place} ${kind} ${name}`;
  sums[key] ??= noAttribution();
  return sums[key];
}

class Books implements CarriedBooks<Placed> {
  readonly sums: Sums = {};
  #place = -1;
  readonly carried = new Carried((owner, { cacheRead, measured, costNano, unpricedTokens }) => {
    const sums = sumsOf(this.sums, this.#place, owner);
    sums.carriedCacheRead += cacheRead;
    sums.measured += measured;
    sums.costCarried += costNano;
    sums.unpricedTokens += unpricedTokens;
  });

  isElsewhere({ place }: Placed): boolean {
    return place !== this.#place;
  }

  turnTo({ place }: Placed): void {
    this.#place = place;
  }
}

function walk(calls: readonly Placed[], marks: readonly ThreadMark[], books: Books | undefined): Sums {
  const sums = books?.sums ?? {};
  const add = (call: Placed, parts: readonly Part[]) => {
    for (const part of parts) addPart(sumsOf(sums, call.place, part.owner), part, call.cost !== undefined);
  };
  walkThread({ from: BEGINNING, calls, marks, waiting: new Map(), habits: HABITS, withItems: false, books }, add);
  return Object.fromEntries(
    Object.entries(sums).filter(([, one]) => Object.values(one).some((figure) => figure !== 0)),
  );
}

/** A thread that mostly grows and reads from the cache, with now and then a compaction, a shrunken prompt, a miss. */
function randomThread(random: Random): { calls: Placed[]; marks: ThreadMark[] } {
  const calls: Placed[] = [];
  const marks: ThreadMark[] = [];
  let prompt = random.int(1, 20_000);
  let place = 0;
  for (let id = 1; id < random.int(2, 40); id++) {
    const at = id * 1000;
    if (random.chance(0.05)) marks.push({ at: at - 500, owner: undefined, bytes: undefined, item: '' });
    if (random.chance(0.3)) marks.push({ at: at - 400, owner: { kind: 'user', name: '' }, bytes: 400, item: '' });
    const before = prompt;
    prompt = random.chance(0.1) ? random.int(0, prompt) : prompt + random.int(0, 3000);
    if (random.chance(0.2)) place = random.int(0, 3);
    const usage = randomUsage(random, prompt, before);
    const rate = random.chance(0.2) ? 0.3 : random.int(1, 30_000);
    calls.push({
      id,
      at,
      place,
      caller: random.chance(0.05) ? 'system:title' : 'lead',
      certainty: 'exact',
      usage,
      cost: random.chance(0.2) ? undefined : { ...costOf(usage, rate), other: random.chance(0.05) ? 10_000_000 : 0 },
      tools: Array.from({ length: random.int(0, 3) }, (_, index) => randomTool(random, `${id}.${index}`, at)),
    });
  }
  return { calls, marks };
}

function randomUsage(random: Random, prompt: number, before: number): TokenUsage {
  const cacheRead = random.chance(0.1) ? random.int(0, prompt) : Math.min(prompt, before);
  const cacheWrite1h = random.chance(0.3) ? random.int(0, prompt - cacheRead) : 0;
  const cacheWrite5m = random.int(0, prompt - cacheRead - cacheWrite1h);
  const input = prompt - cacheRead - cacheWrite1h - cacheWrite5m;
  const output = random.int(0, 2000);
  const reasoning = random.chance(0.5) ? undefined : random.int(0, output);
  return { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning };
}

function costOf(usage: TokenUsage, rate: number): Record<(typeof BUCKETS)[number], number> {
  const nano = BUCKETS.map((bucket) => [bucket, Math.round(usage[bucket] * rate)]);
  return Object.fromEntries(nano);
}

function randomTool(random: Random, id: string, at: number): ThreadTool {
  return {
    id,
    name: random.pick(TOOLS),
    kind: random.pick(['read', 'shell', 'web']),
    argumentBytes: random.int(0, 500),
    resultAt: random.chance(0.1) ? undefined : at + random.int(0, 2500),
    resultBytes: random.chance(0.1) ? undefined : random.int(0, 20_000),
    webSearches: 0,
  };
}

describe('Carried', () => {
  it('is what the parts of a walk add up to, whatever the thread', () => {
    const random = seededRandom('carried');
    let carried = 0;
    for (let thread = 0; thread < 600; thread++) {
      const { calls, marks } = randomThread(random);
      const books = new Books();
      const summed = walk(calls, marks, books);
      expect(summed, `thread ${thread}`).toEqual(walk(calls, marks, undefined));
      carried += Object.values(summed).reduce((all, one) => all + one.carriedCacheRead, 0);
    }
    expect(carried).toBeGreaterThan(1e6);
  });

  it('refuses a call whose cost is not whole for a token: such a cost must be split over the parts', () => {
    const carried = new Carried(() => expect.fail('nothing was counted'));
    const usage = { input: 0, cacheRead: 3, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };
    const cost = { input: 0, cacheRead: 10, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, other: 0 };
    expect(carried.count(usage, cost)).toBe(false);
    carried.settleAll([{ kind: 'read', name: 'Read' }], [{ size: 3, measured: 3 }]);
  });
});
