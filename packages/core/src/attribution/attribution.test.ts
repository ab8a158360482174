/** The worked examples of the attribution rule, number by number. */
import { describe, expect, it } from 'vitest';
import type { TokenUsage } from '../usage.ts';
import { totalTokens } from '../usage.ts';
import type { ContextCall } from './advance.ts';
import { advance } from './advance.ts';
import { chargeInFlight } from './in-flight.ts';
import type { ContextHabits, NewPiece, Owner, Part } from './piece.ts';
import { NO_CONTEXT, partTokens } from './piece.ts';

const HABITS: ContextHabits = { reasoningReenters: true, prefixCache: true };
const READ: Owner = { kind: 'read', name: 'Read' };
const BASH: Owner = { kind: 'shell', name: 'Bash' };
const EDIT: Owner = { kind: 'edit', name: 'Edit' };
const TASK: Owner = { kind: 'task', name: 'Task' };
const USER: Owner = { kind: 'user', name: '' };

/** Nano-dollars a token: 3, 3.75, 0.30 and 15 dollars a million. */
const RATES = { input: 3000, cacheWrite5m: 3750, cacheWrite1h: 6000, cacheRead: 300, output: 15000 };

interface Step {
  readonly f: number;
  readonly w: number;
  readonly r: number;
  readonly o: number;
  readonly text?: number;
  readonly tools?: readonly (readonly [owner: Owner, bytes: number])[];
  readonly fresh?: readonly (readonly [owner: Owner, estimate: number])[];
  readonly isBoundary?: boolean;
}

function usageOf({ f, w, r, o }: Step): TokenUsage {
  return { input: f, cacheWrite5m: w, cacheWrite1h: 0, cacheRead: r, output: o };
}

function callOf(step: Step): ContextCall {
  const usage = usageOf(step);
  const cost = {
    input: usage.input * RATES.input,
    cacheRead: usage.cacheRead * RATES.cacheRead,
    cacheWrite5m: usage.cacheWrite5m * RATES.cacheWrite5m,
    cacheWrite1h: 0,
    output: usage.output * RATES.output,
    other: 0,
  };
  const tools = (step.tools ?? []).map(([owner, bytes]) => ({ owner, bytes }));
  return { usage, wrote: { textBytes: step.text ?? 0, tools }, isBoundary: step.isBoundary, cost };
}

const freshOf = (step: Step): NewPiece[] => (step.fresh ?? []).map(([owner, estimate]) => ({ owner, estimate }));

function ledger(steps: readonly Step[]): Part[] {
  let state = NO_CONTEXT;
  return steps.flatMap((step) => {
    const next = advance(state, callOf(step), freshOf(step), HABITS);
    state = next.state;
    return next.parts;
  });
}

interface Row {
  entered: number;
  carried: number;
  total: number;
  nano: number;
}

function byOwner(parts: readonly Part[]): Record<string, Row> {
  const rows: Record<string, Row> = {};
  for (const part of parts) {
    const key = part.owner.name || part.owner.kind;
    rows[key] ??= { entered: 0, carried: 0, total: 0, nano: 0 };
    const row = rows[key];
    const tokens = partTokens(part);
    row[part.phase === 'carried' ? 'carried' : 'entered'] += tokens;
    row.total += tokens;
    row.nano += part.costNano;
  }
  return rows;
}

const EXAMPLE_A: readonly Step[] = [
  {
    f: 4,
    w: 18_000,
    r: 0,
    o: 220,
    text: 60,
    tools: [
      [READ, 80],
      [READ, 80],
    ],
    fresh: [[USER, 604]],
  },
  {
    f: 6,
    w: 12_214,
    r: 18_000,
    o: 180,
    text: 40,
    tools: [[BASH, 140]],
    fresh: [
      [READ, 9000],
      [READ, 2500],
    ],
  },
  { f: 5, w: 5201, r: 30_214, o: 900, text: 100, tools: [[EDIT, 800]], fresh: [[BASH, 4000]] },
  { f: 5, w: 1001, r: 35_415, o: 130, text: 30, tools: [[BASH, 100]], fresh: [[EDIT, 120]] },
  { f: 6, w: 800, r: 36_416, o: 400, text: 400, fresh: [[BASH, 500]] },
];

describe('advance(), example A', () => {
  const rows = byOwner(ledger(EXAMPLE_A));

  it('tells what entered, what was carried, and what both come to', () => {
    const figures = Object.fromEntries(
      Object.entries(rows).map(([key, { entered, carried, total }]) => [key, [entered, carried, total]]),
    );
    expect(figures).toEqual({
      system: [17_400, 69_600, 87_000],
      Read: [12_316, 36_468, 48_784],
      Bash: [6171, 10_320, 16_491],
      user: [604, 2416, 3020],
      Edit: [1701, 901, 2602],
      model_text: [860, 360, 1220],
    });
  });

  it('tells what each cost, which is exactly the bill', () => {
    const cents = Object.fromEntries(Object.entries(rows).map(([key, { nano }]) => [key, (nano / 1e9).toFixed(5)]));
    expect(cents).toEqual({
      system: '0.08613',
      Read: '0.05894',
      Bash: '0.02895',
      user: '0.00300',
      Edit: '0.01566',
      model_text: '0.01042',
    });
    expect(Object.values(rows).reduce((sum, row) => sum + row.nano, 0)).toBe(203_101_500);
  });

  it('fills every bucket to its last token', () => {
    const parts = ledger(EXAMPLE_A);
    const sum = (bucket: 'input' | 'cacheRead' | 'cacheWrite5m' | 'output') =>
      parts.reduce((all, part) => all + part[bucket], 0);
    expect([sum('cacheWrite5m'), sum('cacheRead'), sum('input'), sum('output')]).toEqual([37_216, 120_045, 26, 1830]);
  });

  it('charges whole calls to the tools in flight by the second method', () => {
    const parts = EXAMPLE_A.flatMap((step) => chargeInFlight(callOf(step), freshOf(step)));
    const totals = Object.fromEntries(Object.entries(byOwner(parts)).map(([key, { total }]) => [key, total]));
    expect(totals).toEqual({ system: 18_224, Read: 30_400, Bash: 73_942, Edit: 36_551 });
  });
});

describe('advance(), example B', () => {
  it('splits a batch by its estimates, exactly', () => {
    const first = advance(NO_CONTEXT, callOf({ f: 1000, w: 0, r: 0, o: 0 }), [], HABITS);
    const fresh = [12_000, 300, 4100].map(
      (estimate, index) => ({ owner: { kind: 'read', name: `${index}` }, estimate }) as const,
    );
    const { parts } = advance(first.state, callOf({ f: 12_000, w: 0, r: 0, o: 0 }), fresh, HABITS);
    expect(parts.filter((part) => part.phase === 'entered').map(partTokens)).toEqual([8049, 201, 2750]);
  });
});

describe('advance(), example C', () => {
  it('ends old pieces at a compaction: a Read is not carried into what follows', () => {
    const rows = byOwner(
      ledger([
        { f: 4, w: 20_000, r: 0, o: 100, tools: [[READ, 1]], fresh: [[USER, 504]] },
        { f: 4, w: 100_100, r: 20_000, o: 300, text: 1, fresh: [[READ, 90_000]] },
        { f: 5, w: 8200, r: 19_500, o: 250, text: 1, fresh: [[USER, 205]], isBoundary: true },
      ]),
    );
    const totals = Object.fromEntries(Object.entries(rows).map(([key, { total }]) => [key, total]));
    expect(totals).toEqual({ system: 58_500, Read: 100_200, summary: 8000, user: 1213, model_text: 550 });
    expect(rows.Read?.carried).toBe(0);
    const nano = Object.values(rows).reduce((sum, row) => sum + row.nano, 0);
    expect((nano / 1e9).toFixed(4)).toBe('0.5028');
  });
});

describe('advance(), example D', () => {
  it('charges a task with its arguments and its carried answer; the child has a ledger of its own', () => {
    const main = ledger([
      { f: 19_100, w: 0, r: 0, o: 300, tools: [[TASK, 1]] },
      { f: 20_300, w: 0, r: 0, o: 0, fresh: [[TASK, 900]] },
      { f: 20_300, w: 0, r: 0, o: 0 },
    ]);
    const rows = byOwner(main);
    expect(rows.Task).toMatchObject({ entered: 300 + 300 + 900, carried: 300 + 900, total: 2700 });
    expect(Object.values(rows).reduce((sum, row) => sum + row.total, 0)).toBe(60_000);
  });
});

describe('advance()', () => {
  it('keeps owners when a prompt shrinks that nobody compacted', () => {
    const rows = byOwner(
      ledger([
        { f: 10_000, w: 0, r: 0, o: 0 },
        { f: 40_000, w: 0, r: 0, o: 0, fresh: [[READ, 1]] },
        { f: 8000, w: 0, r: 20_000, o: 0, fresh: [[USER, 100]] },
      ]),
    );
    expect(rows.Read?.carried).toBe(27_900 - 10_000);
    expect(rows.system?.carried).toBe(20_000);
    expect(rows.summary).toBeUndefined();
  });

  it('calls growth that nobody explains unattributed, and shares what has no size evenly', () => {
    const rows = byOwner(
      ledger([
        { f: 1000, w: 0, r: 0, o: 0 },
        { f: 1500, w: 0, r: 0, o: 0 },
      ]),
    );
    expect(rows.unattributed?.entered).toBe(500);
    const state = advance(NO_CONTEXT, callOf({ f: 1000, w: 0, r: 0, o: 0 }), [], HABITS).state;
    const fresh = [READ, BASH].map((owner) => ({ owner, estimate: undefined }));
    const { parts } = advance(state, callOf({ f: 2001, w: 0, r: 0, o: 0 }), fresh, HABITS);
    expect(parts.filter((part) => part.phase === 'entered').map(partTokens)).toEqual([501, 500]);
  });

  it('marks as measured what was not split by estimate', () => {
    const first = advance(NO_CONTEXT, callOf({ f: 1000, w: 0, r: 0, o: 50, tools: [[READ, 9]] }), [], HABITS);
    const { parts } = advance(
      first.state,
      callOf({ f: 3000, w: 0, r: 0, o: 40, text: 10, tools: [[BASH, 9]] }),
      [{ owner: READ, estimate: 12 }],
      HABITS,
    );
    const shares = parts.map((part) => [part.owner.kind, part.phase, part.measured / partTokens(part)]);
    expect(shares).toEqual([
      ['system', 'carried', 1],
      ['read', 'entered', 1],
      ['model_text', 'output', 0],
      ['shell', 'output', 0],
    ]);
  });

  it('gives each piece its part of each tier where the cache has no order', () => {
    const habits = { ...HABITS, prefixCache: false };
    const first = advance(NO_CONTEXT, callOf({ f: 1000, w: 0, r: 0, o: 0 }), [], habits);
    const step = { f: 500, w: 300, r: 1200, o: 0 };
    const { parts } = advance(first.state, callOf(step), [{ owner: READ, estimate: 1 }], habits);
    expect(parts.map(({ cacheRead, cacheWrite5m, input }) => [cacheRead, cacheWrite5m, input])).toEqual([
      [600, 150, 250],
      [600, 150, 250],
    ]);
    expect(parts.every((part) => part.measured === 0)).toBe(true);
  });

  it('does not split counts that are no exact integers', () => {
    const huge = Number.MAX_SAFE_INTEGER;
    const usage = { input: huge, cacheRead: huge, cacheWrite5m: 0, cacheWrite1h: 0, output: 3 };
    const { parts } = advance(NO_CONTEXT, { usage, wrote: { tools: [] } }, [], HABITS);
    expect(parts.map((part) => [part.owner.kind, part.input, part.cacheRead, part.output])).toEqual([
      ['unattributed', huge, huge, 0],
      ['unattributed', 0, 0, 3],
    ]);
    expect(totalTokens(usage)).toBeGreaterThan(huge);
  });
});
