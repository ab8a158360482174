/** Titles of sessions that have none: no word of a prompt is kept, unless the person asked for it and as long as they do. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { House } from './house.ts';
import { openHouse } from './main.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../../core/fixtures/${path}`, import.meta.url));
const WORDS = 'Quillfeather the cart';

let folder: string;
let log: string;
let house: House | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-titles-'));
  const recorded = fixture('codex/models-by-turn/sessions/2026/05/13/');
  const [name = ''] = readdirSync(recorded);
  log = join(folder, 'home/.codex/sessions', name);
  mkdirSync(dirname(log), { recursive: true });
  const text = readFileSync(join(recorded, name), 'utf8');
  expect(text).toContain('"message":"one"');
  writeFileSync(log, text.replace('"message":"one"', `"message":"${WORDS}\\nand no more"`));
});
afterEach(async () => {
  await house?.close();
  house = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const open = async (config: object | undefined) => {
  await house?.close();
  mkdirSync(join(folder, 'data'), { recursive: true });
  if (config) writeFileSync(join(folder, 'data/config.jsonc'), JSON.stringify(config));
  house = await openHouse({ home: join(folder, 'home'), data: join(folder, 'data') });
  await house.ingest.scan();
  return house;
};
const titlesOf = async ({ ledger }: House, search?: string) =>
  (await ledger.sessions({ sort: 'started', descending: false, limit: 9, search })).sessions.map(({ title }) => title);
/** Whether the word stands in any file of the data directory, or did and was only unlinked. */
const isOnDisk = async () => {
  await house?.close();
  house = undefined;
  const files = readdirSync(join(folder, 'data')).map((name) => readFileSync(join(folder, 'data', name)));
  return files.some((bytes) => bytes.includes('Quillfeather'));
};

describe('titles', () => {
  test('are none by default, and nothing of a prompt is on disk', async () => {
    expect(await titlesOf(await open(undefined))).toEqual(['']);
    expect(await isOnDisk()).toBe(false);
  });

  test('are the first line of the first prompt where "prompt" is asked for, and can be searched', async () => {
    const asked = await open({ titles: 'prompt' });
    expect(await titlesOf(asked)).toEqual([WORDS]);
    expect(await titlesOf(asked, 'quillfeather')).toEqual([WORDS]);
    expect(await titlesOf(asked, 'no more')).toEqual([]);
  });

  test('that the agent gave win, whichever came first', async () => {
    const name = {
      id: '019e2090-7a80-7004-8000-000000000004',
      thread_name: 'Cart',
      updated_at: '2026-05-13T10:00:00Z',
    };
    writeFileSync(join(folder, 'home/.codex/session_index.jsonl'), `${JSON.stringify(name)}\n`);
    expect(await titlesOf(await open({ titles: 'prompt' }))).toEqual(['Cart']);
  });

  test('of prompts are gone from the disk once they are no longer asked for', async () => {
    const asked = await open({ titles: 'prompt' });
    await asked.configure({ titles: 'agent' });
    expect(await titlesOf(asked)).toEqual(['']);
    expect(await isOnDisk()).toBe(false);
    await open({ titles: 'prompt' });
    rmSync(log);
    expect(await titlesOf(await open({}))).toEqual(['']);
    expect(await isOnDisk()).toBe(false);
  });

  test('of prompts are not kept where the server listens beyond this machine', async () => {
    expect(await titlesOf(await open({ titles: 'prompt', host: '0.0.0.0', token: 's3cret' }))).toEqual(['']);
    expect(await isOnDisk()).toBe(false);
  });

  test('of a forgotten session are forgotten', async () => {
    const asked = await open({ titles: 'prompt' });
    await asked.ledger.forget('019e2090-7a80-7004-8000-000000000004');
    expect(await titlesOf(asked)).toEqual([]);
    expect(await titlesOf(await open({ titles: 'prompt' }))).toEqual([]);
  });

  test('of Claude Code are read from its records', async () => {
    cpSync(fixture('claude-code/two-subagents/projects'), join(folder, 'home/.claude/projects'), { recursive: true });
    const titles = await titlesOf(await open({ titles: 'prompt' }));
    expect(titles).toHaveLength(2);
    expect(titles.every((title) => title.length > 0)).toBe(true);
  });
});
