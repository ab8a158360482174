import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallSighting, SourceRef } from './call.ts';
import type { AgentEvent, SessionEvent, ThreadEvent } from './event.ts';
import type { Cursor } from './ledger.ts';
import { Meter, mergeSessions, mergeThreads } from './meter.ts';
import { Fold } from './testing/fold.ts';

const sources: Record<string, SourceRef> = {
  a: { agent: 'codex', path: '/logs/a', startedAt: 1, bornAt: 0 },
  b: { agent: 'codex', path: '/logs/b', startedAt: 2, bornAt: 0 },
};
const call: CallSighting = {
  agent: 'codex',
  identity: 'resp_1',
  requestId: '',
  chain: 'main',
  sessionId: 's1',
  rootSessionId: 's1',
  threadId: 's1',
  caller: 'lead',
  model: 'gpt-5.5',
  seller: 'openai',
  at: 1_000,
  usage: { input: 10, cacheRead: 100, cacheWrite5m: 0, cacheWrite1h: 0, output: 20, reasoning: 5 },
  certainty: 'exact',
  cwd: '/work/a',
  branch: 'main',
  tier: '',
  geo: '',
  webSearches: 0,
  assumedLifetime: false,
  counted: true,
};
const session: SessionEvent = {
  type: 'session',
  agent: 'codex',
  sessionId: 's1',
  rootSessionId: 's1',
  parentSessionId: '',
  title: '',
  cwd: '/work/a',
  branch: '',
  repository: '',
  version: '1',
  at: 1,
};
const thread: ThreadEvent = {
  type: 'thread',
  agent: 'codex',
  sessionId: 's1',
  rootSessionId: 's1',
  threadId: 't1',
  parentThreadId: '',
  name: '',
  spawnedBy: '',
};
const source = (name: string): SourceRef => sources[name] ?? { agent: 'codex', path: name, bornAt: 0 };
const seen = (change: Partial<CallSighting>): AgentEvent => ({ type: 'call', call: { ...call, ...change } });

describe('Meter.drain()', () => {
  it('hands over what was learnt with its cursors, once', () => {
    const meter = new Meter();
    const cursor = { source: source('a'), offset: 12 } as Cursor; // as -- the meter only passes it on
    meter.apply(seen({}), source('a'));
    meter.apply(
      { type: 'prompt', agent: 'codex', id: 'p', sessionId: 's1', threadId: 's1', at: 1, bytes: 3 },
      source('a'),
    );
    const batch = meter.drain([cursor]);
    expect(batch.calls).toEqual([{ ...call, source: source('a') }]);
    expect(batch.prompts).toHaveLength(1);
    expect(batch.cursors).toEqual([cursor]);
    expect(meter.drain([])).toEqual(new Meter().drain([]));
  });

  it('leaves a batch alone that it handed over', () => {
    const meter = new Meter();
    meter.apply(seen({}), source('a'));
    const batch = meter.drain([]);
    const before = structuredClone(batch);
    meter.apply(seen({ identity: 'resp_2' }), source('a'));
    meter.apply(session, source('a'));
    expect(batch).toEqual(before);
  });

  it('holds events until then and none afterwards', () => {
    const meter = new Meter();
    meter.apply(seen({}), source('a'));
    meter.apply(seen({}), source('a'));
    expect(meter.pending).toBe(2);
    meter.drain([]);
    expect(meter.pending).toBe(0);
  });
});

describe('Meter.apply()', () => {
  it('makes one call of the snapshots that one file tells of it', () => {
    const meter = new Meter();
    for (const output of [1, 20, 20, 7]) meter.apply(seen({ usage: { ...call.usage, output } }), source('a'));
    const { calls } = meter.drain([]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.usage.output).toBe(20);
  });

  it('keeps the sightings of different files apart, because the ledger must know of each copy', () => {
    const meter = new Meter();
    meter.apply(seen({}), source('a'));
    meter.apply(seen({ sessionId: 's2' }), source('b'));
    expect(meter.drain([]).calls.map((record) => [record.source.path, record.sessionId])).toEqual([
      ['/logs/a', 's1'],
      ['/logs/b', 's2'],
    ]);
  });

  it('keeps two requests apart that got one response id', () => {
    const meter = new Meter();
    meter.apply(seen({ requestId: 'req_1' }), source('a'));
    meter.apply(seen({ requestId: 'req_2' }), source('a'));
    meter.apply(seen({ requestId: 'req_1', usage: { ...call.usage, output: 99 } }), source('a'));
    const outputs = meter.drain([]).calls.map(({ requestId, usage }) => [requestId, usage.output]);
    expect(outputs).toEqual([
      ['req_1', 99],
      ['req_2', 20],
    ]);
  });

  it('does not mistake one agent for another', () => {
    const meter = new Meter();
    meter.apply(seen({}), source('a'));
    meter.apply(seen({ agent: 'claude-code' }), source('a'));
    expect(meter.drain([]).calls).toHaveLength(2);
  });

  it('gives the same totals wherever it is drained, in whatever order files come, however often', () => {
    const event = fc.record({
      file: fc.constantFrom('a', 'b'),
      identity: fc.constantFrom('r1', 'r2', 'r3'),
      usage: fc.record({
        input: fc.nat(99),
        cacheRead: fc.nat(99),
        cacheWrite5m: fc.nat(99),
        cacheWrite1h: fc.nat(99),
        output: fc.nat(99),
      }),
      drain: fc.boolean(),
    });
    type Step = { file: string; identity: string; usage: CallSighting['usage']; drain: boolean };
    const totals = (steps: readonly Step[]) => {
      const meter = new Meter();
      const fold = new Fold();
      for (const { file, identity, usage, drain } of steps) {
        meter.apply(seen({ identity, usage }), source(file));
        if (drain) fold.append(meter.drain([]));
      }
      fold.append(meter.drain([]));
      return fold.totals();
    };
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (steps) => {
        const expected = totals(steps.map((step) => ({ ...step, drain: false })));
        expect(totals(steps)).toEqual(expected);
        expect(totals([...steps, ...steps])).toEqual(expected);
        expect(totals(steps.toSorted((a, b) => (a.file < b.file ? 1 : -1)))).toEqual(expected);
      }),
    );
  });
});

describe('mergeThreads()', () => {
  it('fills what was empty and keeps what was said', () => {
    const named = { ...thread, name: 'explore', parentThreadId: 's1' };
    const spawned = { ...thread, name: 'other', spawnedBy: 'toolu_1' };
    expect(mergeThreads(named, spawned)).toEqual({ ...named, spawnedBy: 'toolu_1' });
    expect(mergeThreads(mergeThreads(thread, named), named)).toEqual(named);
  });
});

describe('mergeSessions()', () => {
  it('takes the newest title, branch and version, and the first directory, in either order', () => {
    const older = { ...session, title: 'Old', branch: 'main', at: 1 };
    const newer = { ...session, title: 'New', branch: '', cwd: '/work/b', version: '2', at: 2 };
    const expected = { ...session, title: 'New', branch: 'main', cwd: '/work/a', version: '2', at: 2 };
    expect(mergeSessions(older, newer)).toEqual(expected);
    expect(mergeSessions(newer, older)).toEqual(expected);
  });

  it('does not forget where a session came from', () => {
    const child = { ...session, rootSessionId: 'root', parentSessionId: 'parent', at: 1 };
    const later = { ...session, at: 5 };
    for (const merged of [mergeSessions(child, later), mergeSessions(later, child)])
      expect(merged).toMatchObject({ rootSessionId: 'root', parentSessionId: 'parent' });
  });
});
