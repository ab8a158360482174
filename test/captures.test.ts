/** The recorded homes of real agents through the built command line: exact to the token. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FoldTotals } from '../packages/core/src/testing/fold.ts';
import type { WireTotals } from '../packages/core/src/wire.ts';
import { type LoadedCase, loadCases } from '../packages/core/test/load-cases.ts';
import { type Place, tokenmeter, usageOf } from './command-line.ts';

const AGENTS = ['claude-code', 'codex'] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-captures-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function settle(agent: string, { name, files }: LoadedCase): Place {
  const place = { home: join(folder, agent, name, 'home'), data: join(folder, agent, name, 'data') };
  // Born in the order the case says, where it says one: the earliest file owns a copied call.
  for (const { relativePath, bytes } of files.toSorted((a, b) => a.bornAt - b.bornAt)) {
    const file = join(place.home, relativePath);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    utimesSync(file, 1_780_000_000, 1_780_000_000);
  }
  return place;
}

function told(totals: WireTotals): FoldTotals {
  const { calls, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning } = totals;
  return {
    calls,
    input,
    cacheRead: cache_read,
    cacheWrite5m: cache_write_5m,
    cacheWrite1h: cache_write_1h,
    output,
    reasoning,
  };
}

describe.each(AGENTS)('%s, as recorded', (agent) => {
  it.each(loadCases(agent).map((recorded) => [recorded.name, recorded] as const))('%s', async (_, recorded) => {
    const place = settle(agent, recorded);
    const { totals, rows } = await usageOf(place, 'model');
    expect(told(totals)).toEqual(recorded.ledger);
    // A reported total that was reconciled has a row of its own, so models are compared only where there is none.
    if (recorded.expected.byModel && recorded.ledger === recorded.expected.totals)
      expect(Object.fromEntries(rows.map((row) => [row.key.model, told(row)]))).toEqual(recorded.expected.byModel);
    if (recorded.ledgerToolCalls) {
      const tools = await usageOf(place, 'tool');
      const counts = Object.fromEntries(tools.rows.map(({ key, tool_calls }) => [key.tool, tool_calls]));
      expect(counts).toEqual(recorded.ledgerToolCalls);
    }
  });
});

describe('all recorded homes together', () => {
  it('add up, and the ledger verifies', async () => {
    const place = { home: join(folder, 'all'), data: join(folder, 'all-data') };
    const cases = AGENTS.flatMap((agent) => loadCases(agent).map((recorded) => ({ agent, recorded })));
    for (const { agent, recorded } of cases)
      for (const { relativePath, bytes } of recorded.files) {
        const [first = '', second = '', ...rest] = relativePath.split('/');
        const file = join(place.home, first, second, `${agent}-${recorded.name}`, ...rest);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, bytes);
      }
    const { totals, rows } = await usageOf(place, 'agent');
    expect(rows.map(({ key }) => key.agent)).toEqual([...AGENTS]);
    expect(totals.tokens).toBe(rows.reduce((sum, row) => sum + row.tokens, 0));
    expect(totals.calls).toBe(rows.reduce((sum, row) => sum + row.calls, 0));
    const verify = await tokenmeter(['verify', '--home', place.home, '--data', place.data]);
    expect(verify.code, verify.stdout + verify.stderr).toBe(0);
  });
});
