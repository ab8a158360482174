import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallRecord, isSameCall, mergeCalls, ownsBefore } from './call.ts';

const record: CallRecord = {
  agent: 'claude-code',
  identity: 'msg_1',
  requestId: 'req_1',
  chain: 'main',
  sessionId: 's1',
  rootSessionId: 's1',
  threadId: 's1',
  caller: 'lead',
  model: 'claude-opus-4-6',
  seller: 'anthropic',
  at: 1_000,
  usage: { input: 10, cacheRead: 100, cacheWrite5m: 5, cacheWrite1h: 0, output: 20 },
  certainty: 'exact',
  cwd: '/home/dev/a',
  branch: 'main',
  tier: '',
  geo: '',
  webSearches: 0,
  assumedLifetime: false,
  counted: true,
  source: { agent: 'claude-code', path: '/logs/a.jsonl', startedAt: 500, bornAt: 400 },
};

const count = fc.nat(10_000);
const usage = fc.record({
  input: count,
  cacheRead: count,
  cacheWrite5m: count,
  cacheWrite1h: count,
  output: count,
  reasoning: fc.option(count, { nil: undefined }),
});
const word = fc.constantFrom('', 'x', 'y');
const path = fc.constantFrom('/logs/a', '/logs/b', '/logs/c');

/** Sightings of one call: each file has one start and one birth, and within a file a later record has a later time. */
const sightings = fc.record({
  path,
  at: fc.nat(1_000_000),
  chain: fc.constantFrom('main' as const, 'side' as const),
  usage,
  certainty: fc.constantFrom('exact' as const, 'at_least' as const, 'estimated' as const, 'reported' as const),
  model: word,
  caller: fc.constantFrom('lead', 'subagent:explore'),
  cwd: word,
  branch: word,
  webSearches: count,
  stopReason: fc.constantFrom(undefined, 'end_turn'),
  assumedLifetime: fc.boolean(),
  counted: fc.boolean(),
});
type Said = Omit<Partial<CallRecord>, 'source'> & { path: string };
const startOf: Record<string, number> = { '/logs/a': 10, '/logs/b': 20, '/logs/c': 20 };

function sighting({ path, ...said }: Said): CallRecord {
  return { ...record, ...said, source: { agent: 'claude-code', path, startedAt: startOf[path], bornAt: 0 } };
}

/** Two sightings of one file and chain at one instant are one record of a log: what it says then is one thing. */
function sameRecord(a: Said, b: Said): boolean {
  return a.path === b.path && a.chain === b.chain && a.at === b.at;
}

/** What adds up, apart from who describes it. */
function figures({ usage, certainty, webSearches, counted, assumedLifetime }: CallRecord) {
  return { usage, certainty, webSearches, counted, assumedLifetime };
}

describe('mergeCalls()', () => {
  it('does not depend on the order of two sightings', () => {
    fc.assert(
      fc.property(sightings, sightings, (a, b) => {
        fc.pre(!sameRecord(a, b));
        expect(mergeCalls(sighting(a), sighting(b))).toEqual(mergeCalls(sighting(b), sighting(a)));
      }),
    );
  });

  it('changes nothing when the same is said twice', () => {
    fc.assert(
      fc.property(sightings, sightings, (a, b) => {
        expect(mergeCalls(sighting(a), sighting(a))).toEqual(sighting(a));
        const merged = mergeCalls(sighting(a), sighting(b));
        expect(figures(mergeCalls(merged, sighting(b)))).toEqual(figures(merged));
        expect(figures(mergeCalls(merged, sighting(a)))).toEqual(figures(merged));
      }),
    );
  });

  it('gives the same figures, owner and time in any grouping of many sightings', () => {
    fc.assert(
      fc.property(sightings, sightings, sightings, (a, b, c) => {
        const [x, y, z] = [sighting(a), sighting(b), sighting(c)];
        const left = mergeCalls(mergeCalls(x, y), z);
        const right = mergeCalls(x, mergeCalls(y, z));
        expect(figures(left)).toEqual(figures(right));
        expect([left.source.path, left.chain, left.at]).toEqual([right.source.path, right.chain, right.at]);
      }),
    );
  });

  it('takes the largest of each bucket from a stream of snapshots', () => {
    const first = { ...record, usage: { ...record.usage, output: 1 }, stopReason: undefined };
    const last = { ...record, at: 2_000, usage: { ...record.usage, output: 631 }, stopReason: 'end_turn' };
    const merged = mergeCalls(first, last);
    expect(merged.usage.output).toBe(631);
    expect(merged.at).toBe(2_000);
    expect(merged.stopReason).toBe('end_turn');
  });

  it('leaves a copied call with the earliest file: its session, directory and time', () => {
    const copy: CallRecord = {
      ...record,
      sessionId: 's2',
      rootSessionId: 's2',
      threadId: 's2',
      cwd: '/home/dev/b',
      at: 9_000,
      source: { agent: 'claude-code', path: '/logs/0.jsonl', startedAt: 8_000, bornAt: 7_000 },
    };
    for (const merged of [mergeCalls(record, copy), mergeCalls(copy, record)]) {
      expect(merged).toMatchObject({ sessionId: 's1', threadId: 's1', cwd: '/home/dev/a', at: 1_000 });
      expect(merged.source).toBe(record.source);
    }
  });

  it('adds nothing of a side question that replays the call with another cache read', () => {
    const replay: CallRecord = {
      ...record,
      chain: 'side',
      requestId: 'req_9',
      usage: { ...record.usage, cacheRead: 90_000 },
      source: { ...record.source, path: '/logs/a/subagents/aside.jsonl', startedAt: 100 },
    };
    for (const merged of [mergeCalls(record, replay), mergeCalls(replay, record)]) expect(merged).toEqual(record);
  });

  it('fills what the owner left empty', () => {
    const bare = { ...record, model: '', branch: '', contextWindow: undefined };
    const other = { ...record, contextWindow: 200_000, source: { ...record.source, path: '/logs/b', startedAt: 900 } };
    expect(mergeCalls(bare, other)).toMatchObject({ model: 'claude-opus-4-6', branch: 'main', contextWindow: 200_000 });
  });

  it('takes the name of a sub-agent from whoever knows it', () => {
    const watched = {
      ...record,
      caller: 'subagent:unknown',
      source: { ...record.source, path: 'live:run', startedAt: 1 },
    };
    const logged = { ...record, caller: 'subagent:explore' };
    for (const merged of [mergeCalls(watched, logged), mergeCalls(logged, watched)])
      expect(merged.caller).toBe('subagent:explore');
  });

  it('is sure as the surer of the two', () => {
    const cut = { ...record, certainty: 'at_least' as const };
    expect(mergeCalls(cut, record).certainty).toBe('exact');
    expect(mergeCalls(record, cut).certainty).toBe('exact');
  });

  it('counts a call that one of the two counts', () => {
    const uncounted = { ...record, counted: false };
    expect(mergeCalls(uncounted, record).counted).toBe(true);
    expect(mergeCalls(uncounted, uncounted).counted).toBe(false);
  });
});

describe('isSameCall()', () => {
  const main = (requestId: string): CallRecord => ({ ...record, requestId });
  const side = (requestId: string): CallRecord => ({ ...record, requestId, chain: 'side' });

  it('takes two request ids of the main chain for two calls', () => {
    expect(isSameCall(main('req_1'), main('req_2'))).toBe(false);
    expect(isSameCall(main('req_1'), main('req_1'))).toBe(true);
  });

  it('takes an unknown request id for any', () => {
    expect(isSameCall(main(''), main('req_2'))).toBe(true);
  });

  it('never takes a side chain for a call of its own', () => {
    expect(isSameCall(main('req_1'), side('req_2'))).toBe(true);
    expect(isSameCall(side('req_2'), side('req_3'))).toBe(true);
  });

  it('is the same from both sides', () => {
    const any = fc.record({
      requestId: fc.constantFrom('', 'a', 'b'),
      chain: fc.constantFrom('main' as const, 'side' as const),
    });
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(isSameCall({ ...record, ...a }, { ...record, ...b })).toBe(
          isSameCall({ ...record, ...b }, { ...record, ...a }),
        );
      }),
    );
  });
});

describe('ownsBefore()', () => {
  const from = (path: string, startedAt: number | undefined, bornAt: number, chain: 'main' | 'side' = 'main') => ({
    ...record,
    chain,
    source: { agent: 'claude-code', path, startedAt, bornAt },
  });

  it('goes by main chain, then first record, then birth, then name', () => {
    const order = [
      from('/d', 1, 1),
      from('/c', 2, 1),
      from('/a', 2, 2),
      from('/b', 2, 2),
      from('/e', undefined, 0),
      from('/a', 0, 0, 'side'),
    ];
    order.forEach((a, i) => {
      order.forEach((b, j) => {
        expect(ownsBefore(a, b)).toBe(i < j);
      });
    });
  });
});
