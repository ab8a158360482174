import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

test('what is no message is passed over, and one without end ends it with the reason', async () => {
  const child = spawn(process.execPath, [bin, 'mcp', '--home', home, '--data', join(home, 'data')]);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.on('error', () => undefined); // -- it hangs up in the middle of a line
  const ended = once(child, 'exit');
  const ask = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'get_budget_status', arguments: {} } };
  child.stdin.write(`no message\n{}\n[]\n\u0000\n${JSON.stringify(ask)}\n`);
  await expect.poll(() => out, { timeout: 30_000 }).toContain('"id":7');
  child.stdin.write('x'.repeat(12 << 20));
  expect((await ended)[0]).toBe(2);
  expect(err).toContain('Cannot read what the agent sent');
});
