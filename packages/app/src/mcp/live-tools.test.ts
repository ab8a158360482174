import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterEach, expect, test } from 'vitest';
import { fakeHouse } from '../../test/fake-house.ts';
import { liveNow, liveRun } from '../../test/live-run.ts';
import type { Hub } from '../live/port.ts';
import { createMcpServer } from './server.ts';

const stopped: [id: string, force: boolean | undefined][] = [];
// -- the parts of a hub that the tools ask
const live = {
  now: () => liveNow([liveRun({ run_id: 'r1' })]),
  interrupt: async (id: string, options?: { readonly force?: boolean }) => {
    if (id !== 'r1') return undefined;
    stopped.push([id, options?.force]);
    return { state: 'refused', reason: 'it is only observed' } as const;
  },
} as unknown as Hub;
let client: Client;
afterEach(() => client.close());

async function connect(mcpInterrupt: boolean): Promise<string[]> {
  const house = { ...fakeHouse('2026-11-21T12:00:00Z', { mcpInterrupt }), live };
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await createMcpServer(house).connect(ours);
  client = new Client({ name: 'test', version: '1' });
  await client.connect(theirs);
  return (await client.listTools()).tools.map((tool) => tool.name);
}

test('get_live_runs and get_budget_status tell what the hub tells, as a table and as data', async () => {
  await connect(false);
  const runs = await client.callTool({ name: 'get_live_runs' });
  expect(JSON.stringify(runs.content)).toContain('| Migrate session store to SQLite WAL | Claude Code | running |');
  expect(runs.structuredContent).toMatchObject({ runs: [{ run_id: 'r1' }] });
  const budget = await client.callTool({ name: 'get_budget_status' });
  expect(JSON.stringify(budget.content)).toContain('This month');
  expect(budget.structuredContent).toMatchObject({ runs: [] });
});

test('interrupt_run is there only where it is allowed, and says why a run cannot be stopped', async () => {
  expect(await connect(false)).not.toContain('interrupt_run');
  await client.close();
  expect(await connect(true)).toContain('interrupt_run');
  const refused = await client.callTool({ name: 'interrupt_run', arguments: { run_id: 'r1', force: true } });
  expect([refused.isError, JSON.stringify(refused.content)]).toEqual([
    true,
    expect.stringContaining('it is only observed'),
  ]);
  expect(stopped).toEqual([['r1', true]]);
  const unknown = await client.callTool({ name: 'interrupt_run', arguments: { run_id: 'r9' } });
  expect(unknown.isError).toBe(true);
});
