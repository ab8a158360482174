/** A run of which only the total is told: its pieces' estimates times the prompts they stood in, scaled to the total. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/random.ts';
import { BUCKETS } from '../usage.ts';
import type { Owner, Part } from './piece.ts';
import type { RunPiece } from './run-total.ts';
import { attributeRunTotal } from './run-total.ts';

const SYSTEM: Owner = { kind: 'system', name: '' };
const USER: Owner = { kind: 'user', name: '' };
const READ: Owner = { kind: 'read', name: 'Read' };
const EDIT: Owner = { kind: 'edit', name: 'Edit' };
const SHELL: Owner = { kind: 'shell', name: 'Shell' };
const NOTHING = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: undefined };

const sumOf = (parts: readonly Part[], bucket: (typeof BUCKETS)[number], kind?: string) =>
  parts.reduce((sum, part) => (kind === undefined || part.owner.kind === kind ? sum + part[bucket] : sum), 0);

describe('attributeRunTotal()', () => {
  it('weighs a piece by its estimate and the prompts it stood in, ties and rests by largest remainder', () => {
    const parts = attributeRunTotal({ usage: { ...NOTHING, input: 11, cacheRead: 100 }, wrote: { tools: [] } }, [
      { owner: READ, estimate: 30, calls: 3 },
      { owner: USER, estimate: 10, calls: 1 },
    ]);
    expect(parts.map(({ owner, phase, input, cacheRead }) => [owner.kind, phase, input, cacheRead])).toEqual([
      ['read', 'entered', 3, 30],
      ['read', 'carried', 7, 60],
      ['user', 'entered', 1, 10],
    ]);
  });

  it('scales a settled run of Cursor to its buckets, and marks nothing as measured', () => {
    // Weights: 40, 2, 48, 2 and 8 of 100.
    const pieces: RunPiece[] = [
      { owner: SYSTEM, estimate: 4_000, calls: 10 },
      { owner: USER, estimate: 200, calls: 10 },
      { owner: READ, estimate: 6_000, calls: 8 },
      { owner: EDIT, estimate: 500, calls: 4 },
      { owner: SHELL, estimate: 2_000, calls: 4 },
    ];
    const usage = { ...NOTHING, input: 42_452, cacheRead: 346_112, output: 5_870, reasoning: 2_736 };
    const wrote = { textBytes: 400, tools: [{ owner: EDIT, bytes: 1_200 }] };
    const parts = attributeRunTotal({ usage, wrote }, pieces);
    for (const bucket of BUCKETS) expect(sumOf(parts, bucket)).toBe(usage[bucket]);
    expect(parts.reduce((sum, part) => sum + part.input + part.cacheRead + part.output, 0)).toBe(394_434);
    for (const [kind, share] of [
      ['system', 0.4],
      ['user', 0.02],
      ['read', 0.48],
      ['edit', 0.02],
      ['shell', 0.08],
    ] as const) {
      expect(Math.abs(sumOf(parts, 'cacheRead', kind) - 346_112 * share)).toBeLessThan(2);
      expect(Math.abs(sumOf(parts, 'input', kind) - 42_452 * share)).toBeLessThan(2);
    }
    // 5,870 less 2,736 is 3,134: a quarter of it text (783.5), three quarters the edit's arguments (2,350.5).
    expect(sumOf(parts, 'output', 'reasoning')).toBe(2_736);
    expect(sumOf(parts, 'output', 'model_text')).toBe(784);
    expect(sumOf(parts, 'output', 'edit')).toBe(2_350);
    expect(parts.every((part) => part.measured === 0)).toBe(true);
  });

  it('leaves a prompt of which nothing is known unattributed', () => {
    const parts = attributeRunTotal({ usage: { ...NOTHING, input: 70, output: 5 }, wrote: { tools: [] } }, []);
    expect(parts.map(({ owner, input, output }) => [owner.kind, input, output])).toEqual([
      ['unattributed', 70, 0],
      ['model_text', 0, 5],
    ]);
  });

  it('equals the total in every bucket and in cost, whatever stood in the prompts', () => {
    const random = seededRandom('run-total');
    for (let run = 0; run < 2_000; run++) {
      const amount = () => (random.chance(0.3) ? 0 : random.int(0, 10 ** random.int(1, 6)));
      const usage = {
        input: amount(),
        cacheRead: amount(),
        cacheWrite5m: amount(),
        cacheWrite1h: amount(),
        output: amount(),
        reasoning: undefined,
      };
      const cost = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, other: amount() };
      for (const bucket of BUCKETS) cost[bucket] = usage[bucket] === 0 ? 0 : usage[bucket] * random.int(0, 9_000) + 1;
      const pieces = Array.from({ length: random.int(0, 6) }, () => ({
        owner: random.pick([SYSTEM, USER, READ, EDIT, SHELL]),
        estimate: random.chance(0.2) ? undefined : amount(),
        calls: random.int(0, 30),
      }));
      const parts = attributeRunTotal({ usage, cost, wrote: { tools: [] } }, pieces);
      for (const bucket of BUCKETS) expect(sumOf(parts, bucket)).toBe(usage[bucket]);
      const nano = parts.reduce((sum, part) => sum + part.costNano, 0);
      expect(nano).toBe(Object.values(cost).reduce((sum, one) => sum + one, 0));
    }
  });
});
