/** `tokenmeter tools` on a generated home: for every session and for all, what consumed the tokens is the bill. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireTotals } from '../packages/core/src/wire.ts';
import type { WirePart } from '../packages/core/src/wire-attribution.ts';
import { type Place, tokenmeter, usageOf } from './command-line.ts';
import { type Corpus, generateCorpus } from './corpus/corpus.ts';

interface ToolsDocument {
  readonly schema: string;
  readonly totals: WireTotals;
  readonly rows: readonly {
    readonly key: Readonly<Record<string, string>>;
    readonly entered: WirePart;
    readonly carried: WirePart;
    readonly output: WirePart;
    readonly total: WirePart & Pick<WireTotals, 'cost_usd' | 'unpriced_tokens' | 'tool_calls'>;
    readonly measured_share: number;
  }[];
}

const BUCKETS = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'tokens'] as const;

let folder: string;
let place: Place;
let corpus: Corpus;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-attribution-'));
  place = { home: join(folder, 'home'), data: join(folder, 'data') };
  corpus = generateCorpus('attributed', { claude: 12, codex: 9 });
  corpus.writeTo(place.home);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function toolsOf(...more: readonly string[]): Promise<ToolsDocument> {
  const where = ['--home', place.home, '--data', place.data, '--tz', 'UTC', '--json'];
  const { code, stdout, stderr } = await tokenmeter(['tools', ...where, ...more]);
  if (code !== 0) throw new Error(`tokenmeter tools ${more.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

const nano = (usd: string | null) => BigInt((usd ?? '0').replace('.', ''));

/** Rows add up to the totals in every bucket and in money, and a row's phases to the row. */
function expectSums({ totals, rows }: ToolsDocument, of: string): void {
  for (const bucket of BUCKETS) {
    expect(
      rows.reduce((sum, row) => sum + row.total[bucket], 0),
      `${bucket} of ${of}`,
    ).toBe(totals[bucket]);
    for (const row of rows)
      expect(row.entered[bucket] + row.carried[bucket] + row.output[bucket], `${bucket} of a row of ${of}`).toBe(
        row.total[bucket],
      );
  }
  expect(
    rows.reduce((sum, row) => sum + nano(row.total.cost_usd), 0n),
    `cost of ${of}`,
  ).toBe(nano(totals.cost_usd));
  expect(rows.reduce((sum, row) => sum + row.total.unpriced_tokens, 0)).toBe(totals.unpriced_tokens);
}

describe('tokenmeter tools', () => {
  it('adds up to the truth, by every key and both methods', { timeout: 120_000 }, async () => {
    const truth = corpus.truth.totals();
    for (const by of ['tool', 'kind', 'file', 'mcp_server', 'agent', 'thread']) {
      const document = await toolsOf('--by', by);
      expect(document.schema).toBe('tokenmeter.tools/1');
      expectSums(document, by);
      expect(document.totals).toMatchObject({ tokens: truth.tokens, tool_calls: truth.tool_calls });
    }
    expectSums(await toolsOf('--method', 'in_flight'), 'in_flight');
    const { rows } = await toolsOf('--by', 'tool');
    const calls = Object.fromEntries(
      rows.filter((row) => row.total.tool_calls > 0).map((row) => [row.key.tool, row.total.tool_calls]),
    );
    expect(calls).toEqual(corpus.truth.byTool());
    const usage = await usageOf(place, 'tool');
    const tokens = (of: readonly { readonly key: Readonly<Record<string, string>>; readonly tokens: number }[]) =>
      Object.fromEntries(of.map((row) => [row.key.tool, row.tokens]));
    const asked = tokens(rows.map(({ key, total }) => ({ key, tokens: total.tokens })));
    expect(tokens(usage.rows)).toEqual(Object.fromEntries(Object.keys(calls).map((tool) => [tool, asked[tool]])));
  });

  it('adds up in every bucket for every session', { timeout: 240_000 }, async () => {
    const { rows } = await usageOf(place, 'session');
    for (const { key, tokens } of rows.slice(0, 14)) {
      const document = await toolsOf('--no-scan', '--session', key.session ?? '');
      expectSums(document, `session ${key.session}`);
      expect(document.totals.tokens).toBe(tokens);
    }
  });

  it('follows what grew, and the ledger verifies', { timeout: 120_000 }, async () => {
    corpus.grow();
    corpus.writeTo(place.home);
    const document = await toolsOf();
    expectSums(document, 'what grew');
    expect(document.totals.tokens).toBe(corpus.truth.totals().tokens);
    const fresh = { ...place, data: join(folder, 'fresh') };
    await tokenmeter(['usage', '--home', fresh.home, '--data', fresh.data]);
    const { stdout } = await tokenmeter(['tools', '--home', fresh.home, '--data', fresh.data, '--tz', 'UTC', '--json']);
    const read: ToolsDocument = JSON.parse(stdout);
    expect(read.rows).toEqual(document.rows);
    const verify = await tokenmeter(['verify', '--home', place.home, '--data', place.data]);
    expect(verify.code, verify.stdout).toBe(0);
  });

  it('answers a person in a table, and a session with its tools', async () => {
    const where = ['--home', place.home, '--data', place.data, '--no-scan'];
    const { stdout } = await tokenmeter(['tools', ...where, '--period', 'all']);
    expect(stdout).toMatch(/Tool +Kind +Calls +Mean result +Entered +Carried +Re-reads +Share +Tokens +Cost/);
    expect(stdout).toMatch(/% of this is measured directly/);
    const { rows } = await usageOf(place, 'session');
    const session = await tokenmeter(['session', rows[0]?.key.session ?? '', '--tools', ...where]);
    expect(session.code).toBe(0);
    expect(session.stdout).toMatch(/Total +\d/);
  });
});

describe('tokenmeter profile', () => {
  it('weighs stacks that add up to the bill, in every format', async () => {
    const where = ['--home', place.home, '--data', place.data, '--no-scan'];
    const { totals } = await usageOf(place, 'agent', '--no-scan');
    const sum = async (weight: string) => {
      const { stdout } = await tokenmeter(['profile', '--format', 'folded', '--weight', weight, ...where]);
      const lines = stdout.trim().split('\n');
      return lines.reduce((all, line) => all + BigInt(line.slice(line.lastIndexOf(' ') + 1)), 0n);
    };
    expect(await sum('tokens')).toBe(BigInt(totals.tokens));
    expect(await sum('cost')).toBe(nano(totals.cost_usd));
    const speedscope = await tokenmeter(['profile', ...where]);
    expect(JSON.parse(speedscope.stdout).profiles[0].endValue).toBe(totals.tokens);
    const file = join(folder, 'all.pb.gz');
    const pprof = await tokenmeter(['profile', '--output', file, ...where]);
    expect([pprof.code, gunzipSync(readFileSync(file)).length > 1000]).toEqual([0, true]);
    const session = (await usageOf(place, 'session', '--no-scan')).rows[0];
    const one = await tokenmeter(['profile', session?.key.session ?? '', ...where]);
    expect(JSON.parse(one.stdout).profiles[0].endValue).toBeGreaterThan(0);
  });
});
