/** `tokenmeter mcp` and other commands beside a running server, each a process of its own: what one writes all pages hear. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/tokenmeter.mjs', import.meta.url));
let home = '';
let client: Client;
let server: ChildProcess | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tokenmeter-beside-'));
  client = new Client({ name: 'test', version: '1' });
});
afterEach(async () => {
  await client.close();
  await stopServer();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

const place = () => ['--home', home, '--data', join(home, 'data')];

async function startServer(): Promise<string> {
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0', ...place()]);
  server = child;
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const address = () => /http:\/\/[\d.:]+/.exec(said)?.[0] ?? '';
  await expect.poll(address).not.toBe('');
  return address();
}

async function stopServer(): Promise<void> {
  if (!server) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
  server = undefined;
}

const connect = () =>
  client.connect(new StdioClientTransport({ command: process.execPath, args: [bin, 'mcp', ...place()] }));
const call = (name: string, args: Record<string, unknown> = {}) => client.callTool({ name, arguments: args });

/** Changes that an open page hears of. */
async function listen(url: string): Promise<{ readonly heard: () => number; close(): void }> {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/changes`, { signal: abort.signal });
  let text = '';
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  })().catch(() => undefined);
  await expect.poll(() => text).not.toBe('');
  return { heard: () => text.split('event: change').length - 1, close: () => abort.abort() };
}

test('the server does the tools of a process beside it, and open pages hear of what was told', async () => {
  await connect();
  const runs = async () => (await call('get_live_runs')).structuredContent;
  const alone = await runs();
  const url = await startServer();
  // The same client, without connecting again: the server came later.
  const strip = async () => ((await (await fetch(`${url}/api/live/now`)).json()) as { strip: unknown }).strip;
  await expect
    .poll(async () => JSON.stringify(((await runs()) as { strip: unknown }).strip))
    .toBe(JSON.stringify(await strip()));
  expect(alone).toMatchObject({ runs: [] });
  const page = await listen(url);
  const told = { task_id: 'T-1', status: 'done', tokens_in: 7, tokens_out: 3, create: true };
  expect(await call('update_task_status', told)).toMatchObject({ structuredContent: { changed: true } });
  await expect.poll(page.heard).toBe(1);
  expect(await call('update_task_status', told)).toMatchObject({ structuredContent: { changed: false } });
  expect((await call('update_task_status', { task_id: 'T-1', status: 'lost' })).isError).toBe(true);
  expect((await call('get_token_summary', { scope: 'task', id: 'T-1' })).structuredContent).toMatchObject({
    tokens_total: 10,
    event_count: 1,
  });
  page.close();
  await stopServer();
  // And it went: the tools are done here again, in the same ledger.
  expect((await call('get_token_summary', { scope: 'task', id: 'T-1' })).structuredContent).toMatchObject({
    tokens_total: 10,
  });
  expect(page.heard()).toBe(1);
});

test('what a command writes is told to open pages once it is done, and what it reads is not', async () => {
  const page = await listen(await startServer());
  const run = async (...words: readonly string[]) => {
    const child = spawn(process.execPath, [bin, ...words, ...place()], { stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    return code as number;
  };
  expect(await run('task', 'list')).toBe(4);
  expect(await run('task', 'add', 'Move the store', '--workplan', 'Storage')).toBe(0);
  await expect.poll(page.heard).toBe(1);
  page.close();
});
