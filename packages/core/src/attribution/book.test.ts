/** A book's sums are the parts of every call, added up: in every bucket, measured, in money and without a price. */
import { describe, expect, it } from 'vitest';
import type { Random } from '../testing/random.ts';
import { seededRandom } from '../testing/random.ts';
import type { TokenUsage } from '../usage.ts';
import { BUCKETS } from '../usage.ts';
import { SumsBook } from './book.ts';
import type { ContextHabits, Owner } from './piece.ts';
import type { AttributionSums } from './sums.ts';
import { ATTRIBUTION_SUMS, addPart, noAttribution } from './sums.ts';
import type { Progress, ThreadCall, ThreadMark, ThreadTool } from './walk.ts';
import { BEGINNING, sumThread, walkThread } from './walk.ts';

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

type Thread = Pick<ReturnType<typeof randomThread>, 'calls' | 'marks'>;

const walkOf = ({ calls, marks }: Thread, habits: ContextHabits) => ({
  ...{ from: BEGINNING, calls, marks, waiting: new Map(), habits, withItems: false },
});

function sumsOfParts(thread: Thread, habits: ContextHabits): { sums: Sums; end: Progress } {
  const sums: Sums = {};
  const end = walkThread(walkOf(thread, habits), (call, parts) => {
    for (const part of parts) addPart(sumsOf(sums, call.place, part.owner), part, call.cost !== undefined);
  });
  return { sums: withoutEmpty(sums), end };
}

function sumsOfBook(book: SumsBook<Placed>, thread: Thread, habits: ContextHabits): { sums: Sums; end: Progress } {
  const sums: Sums = {};
  const end = sumThread(walkOf(thread, habits), book);
  for (const { call, starts } of book.pages())
    for (const [owner, start] of starts.entries()) {
      const whose = end.context.owners[owner];
      if (start < 0 || !whose) continue;
      const into = sumsOf(sums, call.place, whose);
      for (const [index, name] of ATTRIBUTION_SUMS.entries()) into[name] += book.figures[start + index] ?? Number.NaN;
    }
  return { sums: withoutEmpty(sums), end };
}

/** What stands in the context, with its owners; their numbers are each walk's own. */
function standing({ context: { owners, pieces } }: Progress): unknown[] {
  return pieces.map(({ owner, ...piece }) => ({ ...piece, ...owners[owner] }));
}

function withoutEmpty(sums: Sums): Sums {
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

describe('SumsBook', () => {
  const places = {
    isSame: (a: Placed, b: Placed) => a.place === b.place,
    nameOf: ({ place }: Placed) => String(place),
  };

  it('has what the parts of a walk add up to, whatever the thread, and used again for the next', () => {
    const random = seededRandom('book');
    const book = new SumsBook<Placed>(places);
    let carried = 0;
    for (let thread = 0; thread < 600; thread++) {
      const given = randomThread(random);
      const habits = random.chance(0.8) ? HABITS : { reasoningReenters: false, prefixCache: false };
      const booked = sumsOfBook(book, given, habits);
      const told = sumsOfParts(given, habits);
      expect(booked.sums, `thread ${thread}`).toEqual(told.sums);
      expect(standing(booked.end), `thread ${thread}`).toEqual(standing(told.end));
      carried += Object.values(booked.sums).reduce((all, one) => all + one.carriedCacheRead, 0);
      book.clear();
    }
    expect(carried).toBeGreaterThan(1e6);
  });

  it('takes no call whose cost is not whole for a token, or that has a fee: those must be split over parts', () => {
    const book = new SumsBook<Placed>(places);
    const usage = { input: 0, cacheRead: 3, cacheWrite5m: 0, cacheWrite1h: 0, output: 2 };
    const cost = { input: 0, cacheRead: 9, cacheWrite5m: 0, cacheWrite1h: 0, output: 4, other: 0 };
    expect(book.takes(usage, cost)).toBe(true);
    expect(book.takes(usage, undefined)).toBe(true);
    expect(book.takes(usage, { ...cost, cacheRead: 10 })).toBe(false);
    expect(book.takes(usage, { ...cost, output: 5 })).toBe(false);
    expect(book.takes(usage, { ...cost, input: 1 })).toBe(false);
    expect(book.takes(usage, { ...cost, other: 1 })).toBe(false);
  });
});
