/** Codex's own names of sessions, beside its logs, in a real ledger. */
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fixedClock } from '@tokenmeter/core';
import { codex } from '@tokenmeter/core/agents';
import { plainBook } from '@tokenmeter/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCases } from '../../../core/test/load-cases.ts';
import { openSqliteLedger } from '../stores/sqlite/ledger.ts';
import { Pipeline } from './pipeline.ts';

const NAMED = '019e2090-7a80-7004-8000-000000000004';
const open = () => openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(1_780_000_000_000) });

let home: string;
let index: string;
let ledger: Awaited<ReturnType<typeof open>>;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'tokenmeter-names-'));
  index = join(home, '.codex/session_index.jsonl');
  ledger = await open();
  for (const { relativePath, bytes } of loadCases('codex').find(({ name }) => name === 'thread-names')?.files ?? []) {
    mkdirSync(dirname(join(home, relativePath)), { recursive: true });
    writeFileSync(join(home, relativePath), bytes);
  }
});
afterEach(async () => {
  await ledger.close();
  rmSync(home, { recursive: true, force: true });
});

const pipeline = () =>
  new Pipeline({
    agents: [codex],
    machine: { home, env: {}, platform: process.platform },
    ledger,
    clock: { now: () => 0 },
  });
const titles = async () => {
  const { sessions } = await ledger.sessions({ sort: 'started', descending: true, limit: 10 });
  return sessions.map(({ sessionId, title }) => [sessionId, title]);
};
const name = (threadName: string, at: string) =>
  appendFileSync(index, `${JSON.stringify({ id: NAMED, thread_name: threadName, updated_at: at })}\n`);

test('a session has the newest name it was given, and a name alone is no session', async () => {
  await pipeline().scan();
  expect(await titles()).toEqual([[NAMED, 'Shop models, second try']]);
  name('Third', '2026-05-15T10:00:00Z');
  await pipeline().scan();
  expect(await titles()).toEqual([[NAMED, 'Third']]);
});

test('a name that comes after the log was read is heard of, also while watching', async () => {
  renameSync(index, `${index}.later`);
  await pipeline().scan();
  expect(await titles()).toEqual([[NAMED, '']]);
  const watching = await pipeline().watch();
  renameSync(`${index}.later`, index);
  for (let tries = 0; tries < 400 && (await titles())[0]?.[1] === ''; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await watching.close();
  expect(await titles()).toEqual([[NAMED, 'Shop models, second try']]);
});

test('a forgotten session does not come back by its name', async () => {
  await pipeline().scan();
  await ledger.forget(NAMED);
  name('Again', '2026-05-16T10:00:00Z');
  await pipeline().scan();
  expect(await titles()).toEqual([]);
  expect(await ledger.session('codex', NAMED)).toBeUndefined();
});
