import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReportedProcess, SightedCall } from './reconcile.ts';
import { isSameModel, reconcile } from './reconcile.ts';
import type { TokenUsage } from './usage.ts';
import { NO_USAGE } from './usage.ts';

const use = (usage: Partial<TokenUsage>): TokenUsage => ({ ...NO_USAGE, ...usage });
const told = (startedAt: number, byModel: Record<string, Partial<TokenUsage>>): ReportedProcess => ({
  process: `p${startedAt}`,
  startedAt,
  at: startedAt + 90,
  byModel: new Map(Object.entries(byModel).map(([model, usage]) => [model, use(usage)])),
});
const call = (at: number, usage: Partial<TokenUsage>, model = 'm'): SightedCall => ({
  model,
  at,
  usage: use(usage),
  isCompaction: false,
  isMain: true,
});

describe('reconcile()', () => {
  test('says nothing where the calls explain the total, and ignores what they have beyond it', () => {
    expect(reconcile([told(0, { m: { input: 10, output: 5 } })], [call(1, { input: 12, output: 5 })], [])).toEqual([]);
  });

  test('gives the unexplained of each bucket as one remainder of the model', () => {
    const [rest, ...others] = reconcile(
      [told(0, { m: { input: 10, output: 9 } })],
      [call(1, { input: 12, output: 5 })],
      [],
    );
    expect(others).toEqual([]);
    expect(rest).toMatchObject({ process: 'p0', model: 'm', at: 90, isCompaction: false });
    expect(rest?.usage).toEqual(use({ output: 4 }));
  });

  test('lets calls of any model explain a total that names none, but for those it names elsewhere', () => {
    const total = told(0, { '': { input: 10, output: 9 }, n: { input: 3 } });
    expect(
      reconcile(
        [total],
        [call(1, { input: 6, output: 9 }), call(2, { input: 4 }, 'o'), call(3, { input: 3 }, 'n')],
        [],
      ),
    ).toEqual([]);
    const [rest] = reconcile([total], [call(1, { input: 6, output: 9 }), call(2, { input: 3 }, 'n')], []);
    expect(rest).toMatchObject({ model: '', usage: { input: 4, output: 0 } });
  });

  test('lets calls that a gateway answered under another name explain the total of the name that was asked for', () => {
    const total = told(0, { asked: { input: 10, output: 9 }, n: { input: 3 } });
    const calls = [call(1, { input: 10, output: 5 }, 'answered'), call(2, { input: 3 }, 'n')];
    expect(reconcile([total], calls, [])).toMatchObject([{ model: 'asked', usage: { input: 0, output: 4 } }]);
  });

  test('compares a counter that was carried on with the calls of all its processes', () => {
    const calls = [call(1, { input: 10 }), call(101, { input: 5 })];
    expect(reconcile([told(0, { m: { input: 10 } }), told(100, { m: { input: 15 } })], calls, [])).toEqual([]);
    const rest = reconcile([told(0, { m: { input: 10 } }), told(100, { m: { input: 18 } })], calls, []);
    expect(rest).toMatchObject([{ process: 'p100', at: 190, usage: { input: 3 } }]);
  });

  test('compares a counter that began again with the calls since then only', () => {
    const calls = [call(1, { input: 10 }), call(101, { input: 5 })];
    const rest = reconcile([told(0, { m: { input: 12 } }), told(100, { m: { input: 6 } })], calls, []);
    expect(rest).toMatchObject([
      { process: 'p0', usage: { input: 2 } },
      { process: 'p100', usage: { input: 1 } },
    ]);
  });

  test('lets a process carry on the whole session although the one before it began again', () => {
    const calls = [call(1, { input: 10 }), call(101, { input: 3 }), call(201, { input: 7 })];
    const processes = [told(0, { m: { input: 10 } }), told(100, { m: { input: 3 } }), told(200, { m: { input: 20 } })];
    expect(reconcile(processes, calls, [])).toEqual([]);
  });

  test('does not tell again what an earlier process had left unexplained', () => {
    const calls = [call(1, { input: 10 }), call(101, { input: 5 })];
    const rest = reconcile([told(0, { m: { input: 12 } }), told(100, { m: { input: 18 } })], calls, []);
    expect(rest).toMatchObject([
      { process: 'p0', usage: { input: 2 } },
      { process: 'p100', usage: { input: 1 } },
    ]);
  });

  test('keeps a remainder while the main thread goes on after the total was told', () => {
    const calls = [call(1, { input: 10 }), call(500, { input: 99 })];
    expect(reconcile([told(0, { m: { input: 12 } })], calls, [])).toMatchObject([{ usage: { input: 2 } }]);
  });

  test('calls a remainder a compaction where a boundary without a call of its own lies within', () => {
    const processes = [told(0, { m: { input: 10 } }), told(100, { m: { input: 5 } })];
    expect(reconcile(processes, [], [150]).map((rest) => rest.isCompaction)).toEqual([false, true]);
    const own: SightedCall = { ...call(149, { input: 1 }), isCompaction: true };
    expect(reconcile(processes, [own], [150]).map((rest) => rest.isCompaction)).toEqual([false, false]);
  });

  test('makes no phantom of another spelling of the same model', () => {
    const calls = [call(1, { input: 10 }, 'claude-sonnet-4-5-20250929')];
    expect(reconcile([told(0, { 'claude-sonnet-4-5': { input: 10 } })], calls, [])).toEqual([]);
    expect(
      reconcile([told(0, { 'claude-sonnet-4-5[1m]': { input: 4 }, 'claude-sonnet-4-5': { input: 6 } })], calls, []),
    ).toEqual([]);
    expect(isSameModel('us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5@20250929')).toBe(true);
    expect(isSameModel('gpt-5-2025-08-07', 'gpt-5')).toBe(true);
    expect(isSameModel('gpt-5', 'gpt-5-mini')).toBe(false);
  });

  test('lets calls without a model explain any', () => {
    expect(reconcile([told(0, { m: { input: 10 }, n: { input: 2 } })], [call(1, { input: 11 }, '')], [])).toMatchObject(
      [{ model: 'n', usage: { input: 1 } }],
    );
  });

  test('compares cache writes together where the total does not split them by lifetime', () => {
    const calls = [call(1, { cacheWrite1h: 7, cacheWrite5m: 1 })];
    expect(reconcile([told(0, { m: { cacheWrite5m: 8 } })], calls, [])).toEqual([]);
    expect(reconcile([told(0, { m: { cacheWrite5m: 10 } })], calls, [])).toMatchObject([
      { usage: { cacheWrite5m: 2 } },
    ]);
  });

  test('does not depend on the order of the facts, and never takes anything away', () => {
    const processes = fc.uniqueArray(
      fc.record({ start: fc.integer({ min: 0, max: 20 }), input: fc.nat(50), output: fc.nat(50) }),
      { selector: (p) => p.start, maxLength: 4 },
    );
    const calls = fc.array(fc.record({ at: fc.integer({ min: 0, max: 30 }), input: fc.nat(20), output: fc.nat(20) }));
    fc.assert(
      fc.property(processes, calls, (starts, sightings) => {
        const reported = starts.map(({ start, ...usage }) => told(start, { m: usage }));
        const seen = sightings.map(({ at, ...usage }) => call(at, usage));
        const rest = reconcile(reported, seen, []);
        expect(reconcile([...reported].reverse(), [...seen].reverse(), [])).toEqual(rest);
        for (const { usage } of rest) expect(Math.min(...[usage.input, usage.output])).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
