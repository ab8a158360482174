import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentEvent } from '@tokenmeter/core';
import type { Agent } from '@tokenmeter/core/agents';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tailFolder } from './tail.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tail-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Tells each line as a prompt whose id is the line, with what stood beside the file. */
const agent: Agent = {
  id: 'plain',
  name: 'Plain',
  aliases: [],
  exactness: '',
  roots: () => [],
  sidecar: (path) =>
    path
      .split('/')
      .at(-1)
      ?.replace(/\.jsonl$/, '.meta'),
  open: ({ sidecar, relativePath }) => ({
    read: (line, emit) => {
      const id = `${relativePath} ${sidecar ?? '-'} ${line.text(0, line.length)}`;
      emit({ type: 'prompt', agent: 'plain', id, sessionId: '', threadId: '', at: 0, bytes: 0 });
      return undefined;
    },
    state: () => undefined,
  }),
  toolKind: () => 'other',
};

function tail() {
  const told: string[] = [];
  const emit = (event: AgentEvent) => void (event.type === 'prompt' && told.push(event.id));
  const path = join(folder, 'subagents');
  const tailing = tailFolder({
    agent,
    folder: () => ({ path, relativePath: 'p/s/subagents' }),
    accepts: (name) => name.endsWith('.jsonl'),
    emit,
  });
  return { told, path, tailing };
}

test('tailFolder() tells each line once, as it comes, of files and folders that come later', async () => {
  const { told, path, tailing } = tail();
  mkdirSync(path);
  writeFileSync(join(path, 'a.meta'), 'A');
  writeFileSync(join(path, 'a.jsonl'), '1\n2');
  await expect.poll(() => told).toEqual(['p/s/subagents/a.jsonl A 1']);
  appendFileSync(join(path, 'a.jsonl'), '2\n3\n');
  writeFileSync(join(path, 'b.meta'), 'B');
  writeFileSync(join(path, 'b.jsonl'), '1\n');
  await expect.poll(() => told).toHaveLength(4);
  await tailing.close();
  expect(told.toSorted()).toEqual([
    'p/s/subagents/a.jsonl A 1',
    'p/s/subagents/a.jsonl A 22',
    'p/s/subagents/a.jsonl A 3',
    'p/s/subagents/b.jsonl B 1',
  ]);
});

test('tailFolder() waits for what stands beside a file, and goes without it in the end', async () => {
  const { told, path, tailing } = tail();
  mkdirSync(path);
  writeFileSync(join(path, 'a.jsonl'), '1\n');
  writeFileSync(join(path, 'b.jsonl'), '1\n');
  await new Promise((done) => setTimeout(done, 250));
  expect(told).toEqual([]);
  writeFileSync(join(path, 'a.meta'), 'A');
  await expect.poll(() => told).toEqual(['p/s/subagents/a.jsonl A 1']);
  appendFileSync(join(path, 'a.jsonl'), 'written just before the end\n');
  await tailing.close();
  expect(told).toEqual([
    'p/s/subagents/a.jsonl A 1',
    'p/s/subagents/a.jsonl A written just before the end',
    'p/s/subagents/b.jsonl - 1',
  ]);
});
