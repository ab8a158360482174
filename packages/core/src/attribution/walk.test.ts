/** A thread walked at once, and cut anywhere and gone on with from kept state, is the same. */
import { describe, expect, it } from 'vitest';
import type { Random } from '../testing/random.ts';
import { seededRandom } from '../testing/random.ts';
import type { ContextHabits, Part } from './piece.ts';
import { partTokens } from './piece.ts';
import type { Progress, ThreadCall, ThreadMark, ThreadTool } from './walk.ts';
import { BEGINNING, walkThread } from './walk.ts';

const HABITS: ContextHabits = { reasoningReenters: true, prefixCache: true };
const TURNS: ContextHabits = { reasoningReenters: false, prefixCache: false, tellsTurns: true };

function tool(id: string, at: number | undefined, more: Partial<ThreadTool> = {}): ThreadTool {
  return {
    id,
    name: 'Read',
    kind: 'read',
    argumentBytes: 40,
    resultAt: at,
    resultBytes: 4000,
    webSearches: 0,
    ...more,
  };
}

function call(
  id: number,
  at: number,
  prompt: number,
  tools: readonly ThreadTool[] = [],
  more: Partial<ThreadCall> = {},
): ThreadCall {
  const usage = { input: prompt, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 10 };
  return { id, at, caller: 'lead', certainty: 'exact', usage, cost: undefined, tools, ...more };
}

const prompt = (at: number): ThreadMark => ({ at, owner: { kind: 'user', name: '' }, bytes: 400, item: `p${at}` });
const compaction = (at: number): ThreadMark => ({ at, owner: undefined, bytes: undefined, item: '' });

/** Entered and carried tokens by kind, in one walk. */
function told(
  calls: readonly ThreadCall[],
  marks: readonly ThreadMark[] = [],
  habits = HABITS,
): Record<string, [number, number]> {
  const rows: Record<string, [number, number]> = {};
  walkThread({ from: BEGINNING, calls, marks, waiting: new Map(), habits, withItems: false }, (_, parts) => {
    for (const part of parts) {
      if (part.phase === 'output') continue;
      rows[part.owner.kind] ??= [0, 0];
      const row = rows[part.owner.kind];
      if (row) row[part.phase === 'entered' ? 0 : 1] += partTokens(part);
    }
  });
  return rows;
}

describe('walkThread()', () => {
  it('lets a result enter with the first call that ended after it, never the one that asked', () => {
    const rows = told([
      call(1, 100, 1000, [tool('a', 90), tool('slow', 250, { name: 'Bash', kind: 'shell' })]),
      call(2, 200, 3000),
      call(3, 300, 3500),
    ]);
    expect(rows.read).toEqual([1995, 1995]);
    expect(rows.shell).toEqual([5 + 490, 5]);
  });

  it('drops at a compaction what came before it', () => {
    const rows = told([call(1, 100, 1000, [tool('a', 110)]), call(2, 200, 2000)], [compaction(150), prompt(160)]);
    expect(rows.read).toBeUndefined();
    expect(rows.user?.[0]).toBe(109);
  });

  it('gives a call that stands apart to its owner, and leaves the context as it was', () => {
    const rows = told([
      call(1, 100, 1000),
      call(2, 150, 700, [], { caller: 'system:compaction' }),
      call(3, 160, 50, [], { caller: 'system:unattributed', certainty: 'reported' }),
      call(4, 200, 1010),
    ]);
    expect(rows).toEqual({ system: [1000, 1000], summary: [700, 0], unattributed: [50, 0], model_text: [10, 0] });
  });

  it('goes on from kept state as if it had never stopped, cut anywhere', () => {
    const random = seededRandom('cut');
    for (let round = 0; round < 60; round++) {
      const { calls, marks } = randomThread(random);
      const whole = walk(calls, marks, []);
      const cuts = Array.from({ length: random.int(1, 4) }, () => random.int(0, calls.length));
      expect(walk(calls, marks, cuts)).toEqual(whole);
    }
  });

  it('gives a turn told as one to what its own tools answered, by size and steps stood through', () => {
    const turn = call(1, 400, 24_000, [
      tool('a', 100, { resultBytes: 8_000 }),
      tool('b', 200, { resultBytes: 4_000, name: 'Bash', kind: 'shell' }),
    ]);
    // 100 user tokens by 3 calls, 2,000 by 2 and 1,000 by 1; the system, untold, as large as their mean (1,033), by 3: 8,399.
    expect(told([turn], [prompt(50)], TURNS)).toEqual({
      system: [2_952, 5_904],
      user: [285, 571],
      read: [5_715, 5_715],
      shell: [2_858, 0],
    });
    // What stood there stands there in the next turn, and nothing of it enters again.
    const rows = told([turn, call(2, 900, 4_000)], [prompt(50)], TURNS);
    expect(rows.read?.[0]).toBe(5_715);
    expect(rows.read?.[1]).toBeGreaterThan(5_715);
    // A compaction leaves what is fixed and a summary: in the turn after it nothing else stands.
    const until = told([turn, call(2, 900, 4_000)], [prompt(50), compaction(500)], TURNS);
    const after = told([turn, call(2, 900, 4_000), call(3, 950, 4_000)], [prompt(50), compaction(500)], TURNS);
    expect(until.summary).toBeUndefined();
    expect({ ...after, system: [], summary: [] }).toEqual({ ...until, system: [], summary: [] });
    expect((after.system?.[1] ?? 0) - (until.system?.[1] ?? 0) + (after.summary?.[1] ?? 0)).toBe(4_000);
  });

  it('adds turns told as one up to their usage, cut anywhere and gone on with', () => {
    const random = seededRandom('turns');
    for (let round = 0; round < 60; round++) {
      const { calls, marks } = randomThread(random);
      const whole = walk(calls, marks, [], TURNS);
      for (const [index, { usage }] of calls.entries()) {
        const [, parts] = whole[index] as [number, readonly Part[]]; // -- a line of each call
        const sum = (of: (part: Part) => number) => parts.reduce((all, part) => all + of(part), 0);
        expect([sum((part) => part.input), sum((part) => part.output)]).toEqual([usage.input, usage.output]);
      }
      const cuts = Array.from({ length: random.int(1, 4) }, () => random.int(0, calls.length));
      expect(walk(calls, marks, cuts, TURNS)).toEqual(whole);
    }
  });
});

function randomThread(random: Random): { calls: ThreadCall[]; marks: ThreadMark[] } {
  const calls: ThreadCall[] = [];
  const marks: ThreadMark[] = [];
  let size = 1000;
  let at = 0;
  for (let id = 0; id < random.int(3, 25); id++) {
    at += random.int(1, 100);
    if (random.chance(0.3)) marks.push(prompt(at - 1));
    if (random.chance(0.1)) marks.push(compaction(at - 1));
    size = random.chance(0.1) ? random.int(100, size) : size + random.int(0, 3000);
    const tools = Array.from({ length: random.int(0, 3) }, (_, index) =>
      tool(`${id}-${index}`, random.chance(0.1) ? undefined : at + random.int(-5, 200), {
        resultBytes: random.chance(0.1) ? undefined : random.int(0, 9000),
      }),
    );
    calls.push(call(id, at, size, tools, random.chance(0.1) ? { caller: 'system:title' } : {}));
  }
  return { calls, marks };
}

function walk(
  calls: readonly ThreadCall[],
  marks: readonly ThreadMark[],
  cuts: readonly number[],
  habits = HABITS,
): unknown[] {
  const lines: unknown[] = [];
  let from: Progress = BEGINNING;
  for (const end of [...[...cuts].sort((a, b) => a - b), calls.length]) {
    const next = calls.slice(0, end).filter((one) => one.at > from.at || (one.at === from.at && one.id > from.id));
    const waiting = new Map(from.waiting.map((id) => [id, calls.find((one) => one.id === id)?.tools ?? []]));
    const left = marks.filter((mark) => mark.at > from.contextAt);
    const state = walkThread({ from, calls: next, marks: left, waiting, habits, withItems: false }, ({ id }, parts) =>
      lines.push([id, parts]),
    );
    from = JSON.parse(JSON.stringify(state)) as Progress;
  }
  lines.push(from.context);
  return lines;
}
