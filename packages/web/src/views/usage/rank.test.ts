import { describe, expect, it } from 'vitest';
import { type Figures, NO_FIGURES } from '../../figures.ts';
import { copyTable } from '../../table/copy.ts';
import type { ReadRow, Step } from './model.ts';
import { copyColumns, onHost, rankRows } from './rank.ts';

const figures = (tokens: number, cost: bigint | null): Figures => ({
  ...NO_FIGURES,
  calls: 1,
  tokens,
  byType: { ...NO_FIGURES.byType, input: tokens },
  cost,
  unpricedTokens: cost === null ? tokens : 0,
});
const row = (day: string, agent: string, model: string, tokens: number, cost: bigint | null): ReadRow => ({
  key: { day, agent, model },
  figures: figures(tokens, cost),
});
const rows = [
  row('2026-11-20', 'claude-code', 'claude-opus-4-6', 10, 50n),
  row('2026-11-21', 'claude-code', 'claude-haiku-4-5', 30, 5n),
  row('2026-11-21', 'claude-code', 'claude-sonnet-4-6', 20, 20n),
  row('2026-11-21', 'codex', 'gpt-9', 7, null),
];
const steps: Step[] = [
  { key: '2026-11-20', state: 'past', figures: NO_FIGURES },
  { key: '2026-11-21', state: 'current', figures: NO_FIGURES },
  { key: '2026-11-22', state: 'future', figures: NO_FIGURES },
];

describe('rankRows()', () => {
  it('sums an agent over days and models, and names its models from the dearest on', () => {
    const [claude, codex] = rankRows('agent', rows, steps, 'day', new Map([['claude-code', 4]]));
    expect(claude).toMatchObject({ name: 'Claude Code', detail: 'Opus 4.6, Sonnet 4.6, Haiku 4.5', runs: 4 });
    expect(claude?.figures).toMatchObject({ tokens: 60, cost: 75n, calls: 3 });
    expect(codex).toMatchObject({ name: 'Codex', runs: undefined, figures: { cost: null } });
  });

  it('keeps days without use at zero and days to come unknown', () => {
    const [claude] = rankRows('agent', rows, steps, 'day', new Map());
    expect(claude?.perStep.map((step) => step?.tokens)).toEqual([10, 50, undefined]);
    const [, codex] = rankRows('agent', rows, steps, 'day', new Map());
    expect(codex?.perStep[0]?.tokens).toBe(0);
  });

  it('knows one host, the one that the ledger read its logs on', () => {
    const ranked = rankRows('host', onHost(rows, 'ana-laptop'), steps, 'day', new Map());
    expect(ranked).toMatchObject([{ id: 'ana-laptop', name: 'ana-laptop', figures: { tokens: 67, calls: 4 } }]);
    expect(rankRows('host', onHost(rows, ''), steps, 'day', new Map())[0]?.name).toBe('This machine');
  });

  it('loses nothing, whatever it ranks by', () => {
    for (const rank of ['agent', 'model', 'repo'] as const) {
      const ranked = rankRows(rank, rows, steps, 'day', new Map());
      expect(ranked.reduce((sum, { figures: { tokens } }) => sum + tokens, 0)).toBe(67);
    }
  });
});

describe('copyColumns()', () => {
  it('writes unknown money as nothing and says that it is partial', () => {
    const ranked = rankRows('agent', rows, steps, 'day', new Map());
    const csv = copyTable(
      'csv',
      ranked,
      copyColumns('agent', (nano) => String(nano)),
    );
    expect(csv.split('\r\n')[2]).toBe('codex,,1,7,0,0,0,7,,true,7');
  });
});
