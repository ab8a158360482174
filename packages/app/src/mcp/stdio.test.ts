import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/tokenmeter.mjs', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'tokenmeter-mcp-'));
const client = new Client({ name: 'test', version: '1' });
afterEach(async () => {
  await client.close();
  rmSync(home, { recursive: true, force: true });
});

test('004-8 the tools answer over stdio, and what was told is there for the next to ask', async () => {
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [bin, 'mcp', '--home', home] }));
  const names = (await client.listTools()).tools.map((tool) => tool.name);
  expect(names).toEqual(expect.arrayContaining(['record_token_event', 'get_token_summary', 'update_task_status']));
  expect(names).not.toContain('interrupt_run');
  await client.callTool({
    name: 'update_task_status',
    arguments: { task_id: 'T-1', status: 'done', tokens_in: 7, tokens_out: 3, create: true },
  });
  const summary = await client.callTool({ name: 'get_token_summary', arguments: { scope: 'task', id: 'T-1' } });
  expect(summary.structuredContent).toMatchObject({ tokens_total: 10, event_count: 1 });
});
