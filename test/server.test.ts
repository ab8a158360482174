/** The server over a real house with a generated home: every cell of every table is the truth, also as the logs grow. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { House } from '../packages/app/src/house.ts';
import { openHouse } from '../packages/app/src/main.ts';
import { createApp } from '../packages/app/src/server/app.ts';
import { usageSchema } from '../packages/app/src/server/routes/usage.ts';
import { type StartedServer, startServer } from '../packages/app/src/server/start.ts';
import type {
  WireCallPage,
  WirePriceEffect,
  WireSessionDetail,
  WireSessionPage,
  WireUsage,
} from '../packages/core/src/api.ts';
import type { WireQueryResult, WireTotals } from '../packages/core/src/wire.ts';
import type { WireAttribution } from '../packages/core/src/wire-attribution.ts';
import { type Corpus, generateCorpus } from './corpus/corpus.ts';

type TrueKey = Parameters<Corpus['truth']['by']>[0][number];

let folder: string;
let corpus: Corpus;
let house: House;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-server-'));
  corpus = generateCorpus('served', { claude: 16, codex: 12 });
  corpus.writeTo(join(folder, 'home'));
  house = await openHouse({ home: join(folder, 'home'), data: join(folder, 'data'), resident: true });
  await house.ingest.scan();
  app = createApp(house);
}, 120_000);

afterAll(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

async function get<T>(path: string): Promise<T> {
  const response = await app.request(path);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

async function send<T>(method: string, path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return (await app.request(path, { method, headers, body: JSON.stringify(body) })).json() as Promise<T>;
}

function figures(totals: WireTotals) {
  const { calls, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, tokens, tool_calls } = totals;
  return { calls, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, tokens, tool_calls };
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const nano = (money: string | null) => BigInt((money ?? '0').replace('.', ''));

describe('GET /api/query', () => {
  const tables: readonly (readonly TrueKey[])[] = [
    [],
    ['day'],
    ['model'],
    ['day', 'model'],
    ['agent', 'project'],
    ['session', 'model'],
  ];
  it.each(tables.map((keys) => [keys.join(',')]))('tells the truth by "%s"', async (by) => {
    const keys = by === '' ? [] : (tables.find((table) => table.join(',') === by) ?? []);
    const { totals, rows } = await get<WireQueryResult>(`/api/query?by=${by}&tz=UTC`);
    expect(figures(totals)).toEqual(corpus.truth.totals());
    if (keys.length === 0) return expect(rows).toEqual([]);
    const told = Object.fromEntries(rows.map((row) => [keys.map((key) => row.key[key]).join(' | '), figures(row)]));
    expect(told).toEqual(corpus.truth.by(keys));
    expect(rows.reduce((all, row) => all + nano(row.cost_usd), 0n)).toBe(nano(totals.cost_usd));
  });

  it('counts tools and what they consumed; with everything beside them that adds up to the whole', async () => {
    const { totals, rows } = await get<WireQueryResult>('/api/query?by=tool&sort=tool_calls');
    expect(Object.fromEntries(rows.map(({ key, tool_calls }) => [key.tool, tool_calls]))).toEqual(
      corpus.truth.byTool(),
    );
    const { groups } = await get<WireAttribution>('/api/attribution?scope=period&group=tool');
    for (const { key, tokens } of rows)
      expect(groups.find((group) => group.key === key.tool)?.total.tokens ?? null).toBe(tokens);
    for (const bucket of ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'tokens'] as const)
      expect(groups.reduce((sum, { total }) => sum + total[bucket], 0)).toBe(totals[bucket]);
  });

  it('adds up filtered and excluded to the whole', async () => {
    const all = await get<WireQueryResult>('/api/query');
    const only = await get<WireQueryResult>('/api/query?agent=codex');
    const except = await get<WireQueryResult>('/api/query?-agent=codex');
    expect(only.totals.calls).toBeGreaterThan(0);
    expect(only.totals.tokens + except.totals.tokens).toBe(all.totals.tokens);
  });
});

describe('GET /usage', () => {
  it('tells the truth of all time in the names of the dashboard', async () => {
    const usage = await get<WireUsage>('/usage?window=all');
    expect(usageSchema.parse(usage)).toEqual(usage);
    const { input, cache_read, cache_write_5m, cache_write_1h, output } = corpus.truth.totals();
    expect(usage.totals).toMatchObject({
      input_tokens: input,
      output_tokens: output,
      cache_read,
      cache_creation: cache_write_5m + cache_write_1h,
    });
    for (const rows of [usage.by_agent, usage.by_model, usage.by_day]) {
      expect(sum(rows.map((row) => row.input_tokens + row.cache_read))).toBe(input + cache_read);
      expect(rows.reduce((all, row) => all + nano(row.cost_usd), 0n)).toBe(nano(usage.totals.cost_usd));
    }
    expect(sum(usage.by_agent.map(({ tasks }) => tasks))).toBe(usage.totals.tasks);
    expect(usage.totals.turns).toBeGreaterThan(0);
  });
});

describe('GET /api/sessions', () => {
  it('gives each session once over all pages, and their calls add up to the ledger', async () => {
    const seen: string[] = [];
    let tokens = 0;
    let after = '';
    do {
      const page = await get<WireSessionPage>(
        `/api/sessions?limit=7&sort=tokens&after=${after}`.replace(/&after=$/, ''),
      );
      seen.push(...page.sessions.map(({ session_id }) => session_id));
      tokens += sum(page.sessions.map(({ totals }) => totals.tokens));
      expect(page.matched).toBe(Object.keys(corpus.truth.by(['session'])).length);
      after = encodeURIComponent(page.next ?? '');
    } while (after !== '');
    expect(new Set(seen).size).toBe(seen.length);
    expect(new Set(seen)).toEqual(new Set(Object.keys(corpus.truth.by(['session']))));
    expect(tokens).toBe(corpus.truth.totals().tokens);
  });

  it('gives threads and calls that add up to their session', async () => {
    const { sessions } = await get<WireSessionPage>('/api/sessions?limit=5&sort=calls');
    for (const { session_id, totals } of sessions) {
      const id = encodeURIComponent(session_id);
      const detail = await get<WireSessionDetail>(`/api/sessions/${id}`);
      expect(sum(detail.threads.map((thread) => thread.totals.tokens))).toBe(totals.tokens);
      let tokens = 0;
      let next: string | null = '';
      while (next !== null) {
        const more: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`;
        const page: WireCallPage = await get<WireCallPage>(`/api/sessions/${id}/calls?limit=11${more}`);
        tokens += sum(page.calls.map((call) => call.tokens));
        next = page.next;
      }
      expect(tokens).toBe(totals.tokens);
    }
  });

  it.each(['/api/sessions?after=x', '/api/sessions/x/calls?after=x'])('blames the parameter of %s', async (path) => {
    const response = await app.request(path);
    expect(response.status).toBe(400);
    expect((await response.json()) as unknown).toMatchObject({ error: { code: 'bad-query', path: 'after' } });
  });
});

describe('PUT /api/prices', () => {
  it('does to every total what the preview said, and undoes it', async () => {
    const { rows } = await get<WireQueryResult>('/api/query?by=model&sort=tokens');
    for (const model of rows.slice(0, 4).map((row) => row.key.model)) {
      const price = { model, rates: { input: '1.37', output: '7.77', cache_read: '0.013' } };
      const before = await get<WireQueryResult>('/api/query?by=day,model');
      const preview = await send<WirePriceEffect>('POST', '/api/prices/preview', price);
      expect(await get<WireQueryResult>('/api/query?by=day,model')).toMatchObject({ rows: before.rows });
      expect(await send<WirePriceEffect>('PUT', '/api/prices', price)).toEqual(preview);
      expect(preview.calls).toBeGreaterThan(0);
      expect((await get<WireQueryResult>('/api/query')).totals.cost_usd).toBe(preview.after_usd);
      await app.request(`/api/prices?model=${model}`, { method: 'DELETE' });
      expect(await get<WireQueryResult>('/api/query?by=day,model')).toMatchObject({ rows: before.rows });
    }
  });
});

describe('GET /api/changes', () => {
  it('tells of a line appended to a log, and the figures are there by then', async () => {
    const server: StartedServer = await startServer(house, { port: 0, host: '127.0.0.1' });
    const watch = await house.ingest.watch();
    const before = corpus.truth.totals();
    try {
      const response = await fetch(`${server.url}/api/changes`);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      const until = async (words: string) => {
        while (!text.includes(words)) text += (await reader?.read())?.value ?? '';
      };
      await until('event: hello');
      corpus.grow();
      corpus.writeTo(join(folder, 'home'));
      await until('event: change');
      while (figuresOf(await get<WireQueryResult>('/api/query')).calls < corpus.truth.totals().calls) {
        text = '';
        await until('event: change');
      }
      expect(figures((await get<WireQueryResult>('/api/query')).totals)).toEqual(corpus.truth.totals());
      expect(corpus.truth.totals().calls).toBeGreaterThan(before.calls);
    } finally {
      await watch.close();
      await server.close();
    }
  });
});

const figuresOf = ({ totals }: WireQueryResult) => figures(totals);
