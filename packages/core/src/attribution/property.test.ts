/** Whatever calls come: the parts are the usage in every bucket and the cost to the nano-dollar, by both methods. */
import { describe, expect, it } from 'vitest';
import type { Random } from '../testing/random.ts';
import { seededRandom } from '../testing/random.ts';
import { BUCKETS, inputTokens } from '../usage.ts';
import type { ContextCall } from './advance.ts';
import { advance, advanceOwned } from './advance.ts';
import { chargeInFlight } from './in-flight.ts';
import type { ContextState, NewPiece, Owner, Part } from './piece.ts';
import { NO_CONTEXT, ownCopy, partTokens } from './piece.ts';

const CALLS = 100_000;
const OWNERS: readonly [Owner, ...Owner[]] = [
  { kind: 'read', name: 'Read' },
  { kind: 'shell', name: 'Bash' },
  { kind: 'edit', name: 'Edit' },
  { kind: 'mcp:files', name: 'mcp__files__list' },
  { kind: 'web', name: 'WebSearch' },
  { kind: 'other', name: 'Unheard' },
  { kind: 'user', name: '' },
  { kind: 'reminder', name: '' },
  { kind: 'memory', name: '' },
];

const amount = (random: Random) => (random.chance(0.2) ? 0 : random.int(0, 10 ** random.int(1, 5)));

function randomCall(random: Random): ContextCall {
  const output = amount(random);
  const tools = Array.from({ length: random.chance(0.5) ? 0 : random.int(1, 4) }, (_, index) => ({
    owner: random.pick(OWNERS),
    bytes: amount(random),
    item: random.chance(0.5) ? `tool-${index}` : undefined,
  }));
  return {
    usage: {
      input: amount(random),
      cacheRead: amount(random),
      cacheWrite5m: amount(random),
      cacheWrite1h: random.chance(0.3) ? amount(random) : 0,
      output,
      reasoning: random.chance(0.5) ? undefined : random.int(0, output),
    },
    wrote: {
      textBytes: random.chance(0.3) ? undefined : amount(random),
      reasoningBytes: random.chance(0.5) ? undefined : amount(random),
      tools,
    },
    isBoundary: random.chance(0.03),
    cost: random.chance(0.2)
      ? undefined
      : {
          input: 0,
          cacheRead: 0,
          cacheWrite5m: 0,
          cacheWrite1h: 0,
          output: 0,
          other: random.chance(0.1) ? random.int(1, 10_000_000) : 0,
        },
  };
}

/** Any money in a bucket that has tokens, none elsewhere. */
function priced(call: ContextCall, random: Random): ContextCall {
  if (!call.cost) return call;
  const costs = BUCKETS.map((bucket) => [
    bucket,
    call.usage[bucket] * random.int(0, 30_000) + (call.usage[bucket] ? 1 : 0),
  ]);
  return { ...call, cost: { ...call.cost, ...Object.fromEntries(costs) } };
}

function randomFresh(random: Random): NewPiece[] {
  return Array.from({ length: random.chance(0.3) ? 0 : random.int(1, 5) }, (_, index) => ({
    owner: random.pick(OWNERS),
    item: random.chance(0.5) ? `tool-${index}` : undefined,
    estimate: random.chance(0.2) ? undefined : amount(random),
  }));
}

/** What is wrong with a call's parts, '' where nothing is. */
function fault({ usage, cost }: ContextCall, parts: readonly Part[]): string {
  for (const bucket of BUCKETS) {
    let sum = 0;
    for (const part of parts) {
      if (part[bucket] < 0 || !Number.isInteger(part[bucket])) return `${bucket} of a part is ${part[bucket]}`;
      sum += part[bucket];
    }
    if (sum !== usage[bucket]) return `${bucket} is ${usage[bucket]}, its parts ${sum}`;
  }
  let nano = 0;
  for (const part of parts) {
    nano += part.costNano;
    if (part.measured < 0 || part.measured > partTokens(part))
      return `measured ${part.measured} of ${partTokens(part)}`;
  }
  const whole = cost ? Object.values(cost).reduce((sum, one) => sum + one, 0) : 0;
  return nano === whole ? '' : `the cost is ${whole}, its parts ${nano}`;
}

describe('advance() and chargeInFlight()', () => {
  it(`keep every sum over ${CALLS.toLocaleString('en')} random calls, compactions, batches and missing sizes`, () => {
    const random = seededRandom('attribution');
    let state: ContextState = NO_CONTEXT;
    for (let index = 0; index < CALLS; index++) {
      if (random.chance(0.01)) state = NO_CONTEXT;
      const call = priced(randomCall(random), random);
      const fresh = randomFresh(random);
      const habits = { reasoningReenters: random.chance(0.5), prefixCache: random.chance(0.5) };
      const next = advance(state, call, fresh, habits);
      const wrong = fault(call, next.parts) || fault(call, chargeInFlight(call, fresh));
      const stands = next.state.pieces.reduce((sum, piece) => sum + piece.size, 0);
      if (wrong || stands !== inputTokens(call.usage))
        expect.fail(
          `call ${index}: ${wrong || `${stands} stand in the prompt`} ${JSON.stringify({ call, fresh, habits })}`,
        );
      state = next.state;
    }
  });

  it('leave an earlier state as it was, and tell the same as a walk that uses its state up', () => {
    const random = seededRandom('owned');
    let state: ContextState = NO_CONTEXT;
    let owned = ownCopy(NO_CONTEXT);
    for (let index = 0; index < 2000; index++) {
      const call = priced(randomCall(random), random);
      const fresh = randomFresh(random).map((one) => (random.chance(0.9) ? { ...one, item: undefined } : one));
      const habits = { reasoningReenters: random.chance(0.5), prefixCache: random.chance(0.8) };
      const before = JSON.stringify(state);
      const next = advance(state, call, fresh, habits);
      expect(JSON.stringify(state)).toBe(before);
      const other = advanceOwned(owned, call, fresh, habits);
      expect(other).toEqual(next);
      state = next.state;
      owned = other.state;
    }
  });

  it('go on from a state that was kept as JSON', () => {
    const random = seededRandom('kept');
    let state: ContextState = NO_CONTEXT;
    for (let index = 0; index < 500; index++) {
      const call = priced(randomCall(random), random);
      const fresh = randomFresh(random);
      const habits = { reasoningReenters: true, prefixCache: true };
      const [kept, live] = [JSON.parse(JSON.stringify(state)) as ContextState, state].map((from) =>
        advance(from, call, fresh, habits),
      );
      expect(kept).toEqual(live);
      state = live?.state ?? state;
    }
  });
});
