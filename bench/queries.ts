/** Query times on ledgers of a million calls and more, spread over 90 days, 8 models, 30 projects and 4,000 sessions. */
import { type CallRecord, NO_USAGE, type Query, type SourceRef } from '@tokenmeter/core';
import { type House, withHome, withHouse } from './home.ts';
import { measure, median } from './measure.ts';

const DAY_MS = 86_400_000;
const BATCH = 8_000;
const END = Date.UTC(2026, 5, 30);
const MODELS = [
  'claude-opus-4-6',
  'claude-sonnet-4-6',
  'claude-haiku-4-5-20251001',
  'claude-opus-4-5',
  'gpt-5.4',
  'gpt-5.3-codex',
  'gpt-5.5',
  'local/x',
];

export async function benchQueries(sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    await withHome((home) =>
      withHouse(home, `${home}/data`, async (house) => {
        await fill(house, size);
        const since = END - 7 * DAY_MS;
        const queries: Record<string, Query> = {
          'all time, by model': { by: ['model'], tz: 'UTC' },
          'all time, by day and model': { by: ['day', 'model'], tz: 'Europe/Berlin' },
          'a week, by project and model': { by: ['project', 'model'], since, until: END, tz: 'Europe/Berlin' },
          'all time, by session': { by: ['session'], tz: 'UTC' },
          'a day, by session': { by: ['session'], since: END - DAY_MS, until: END, tz: 'UTC' },
        };
        for (const [name, query] of Object.entries(queries)) await report(size, name, () => house.ledger.query(query));
        await report(size, 'first page of sessions', () =>
          house.ledger.sessions({ sort: 'started', descending: true, limit: 50 }),
        );
      }),
    );
  }
}

async function report(size: number, name: string, work: () => Promise<unknown>): Promise<void> {
  const rounds = await measure(5, work);
  const ms = rounds.map(({ wallMs }) => wallMs);
  console.log(
    `${`${(size / 1e6).toFixed(0)}M calls: ${name}`.padEnd(48)} ${median(ms).toFixed(1)} ms (${Math.min(...ms).toFixed(1)} to ${Math.max(...ms).toFixed(1)})`,
  );
}

async function fill(house: House, size: number): Promise<void> {
  const cpu = process.cpuUsage();
  for (let from = 0; from < size; from += BATCH) {
    const calls: CallRecord[] = [];
    for (let index = from; index < Math.min(size, from + BATCH); index++) calls.push(call(index, size));
    await house.ledger.append({
      calls,
      toolCalls: [],
      toolResults: [],
      sessions: [],
      threads: [],
      prompts: [],
      injected: [],
      compactions: [],
      pullRequests: [],
      limits: [],
      reportedTotals: [],
      cursors: [],
    });
  }
  await house.ledger.tidy();
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `${`${(size / 1e6).toFixed(0)}M calls: written`.padEnd(48)} ${(size / ((user + system) / 1e6) / 1e3).toFixed(0)}k calls/CPU s`,
  );
}

const sources: SourceRef[] = Array.from({ length: 4_000 }, (_, index) => ({
  agent: 'claude-code',
  path: `/log/${index}`,
  bornAt: index,
  startedAt: index,
}));

function call(index: number, size: number): CallRecord {
  const session = Math.floor((index / size) * 4_000);
  const source = sources[session];
  if (!source) throw new Error(`Cannot make call ${index}: no source ${session}`);
  return {
    agent: 'claude-code',
    identity: `msg_${index}`,
    requestId: `req_${index}`,
    chain: 'main',
    sessionId: `session-${session}`,
    rootSessionId: `session-${session}`,
    threadId: `session-${session}`,
    caller: index % 5 === 0 ? 'subagent:explore' : 'lead',
    model: MODELS[index % MODELS.length] ?? '',
    seller: '',
    at: END - 90 * DAY_MS + Math.floor((index / size) * 90 * DAY_MS),
    usage: {
      ...NO_USAGE,
      input: index % 900,
      cacheRead: 50_000 + (index % 90_000),
      cacheWrite5m: index % 700,
      output: index % 2_000,
    },
    certainty: 'exact',
    cwd: `/home/dev/project-${session % 30}`,
    branch: 'main',
    tier: '',
    geo: '',
    webSearches: 0,
    assumedLifetime: false,
    counted: true,
    source,
  };
}
