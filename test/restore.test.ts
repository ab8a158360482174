/** A backup is put back: over a ledger nobody can open, and under a server that runs. From outside, as a person would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WireQueryResult, WireTotals } from '../packages/core/src/wire.ts';
import { BIN, type Place, tokenmeter, usageOf } from './command-line.ts';
import { type Corpus, generateCorpus } from './corpus/corpus.ts';

let folder: string;
let corpus: Corpus;
let place: Place;
let rounds = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-restore-'));
});
beforeEach(() => {
  const round = join(folder, String(++rounds));
  place = { home: join(round, 'home'), data: join(round, 'data') };
  corpus = generateCorpus('restored', { claude: 12, codex: 8 });
  corpus.writeTo(place.home);
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const say = (...argv: readonly string[]) => tokenmeter([...argv, '--home', place.home, '--data', place.data]);
const ledger = () => join(place.data, 'ledger.db');
const backup = () => join(place.home, 'backup.db');

async function backedUp(): Promise<WireTotals> {
  const { totals } = await usageOf(place, 'day');
  expect(totals.calls).toBe(corpus.truth.totals().calls);
  const { code, stderr } = await say('backup', backup());
  expect(code, stderr).toBe(0);
  return totals;
}

async function expectWhole(totals: WireTotals): Promise<void> {
  const verify = await say('verify');
  expect(verify.code, verify.stdout + verify.stderr).toBe(0);
  expect((await usageOf(place, 'day', '--no-scan')).totals).toEqual(totals);
  expect(readdirSync(place.data).filter((name) => name.includes('.part-'))).toEqual([]);
}

describe('tokenmeter restore, where no server runs', () => {
  it.each([
    ['is no database', () => writeFileSync(ledger(), 'Dear diary')],
    [
      'is damaged within',
      () => {
        const bytes = readFileSync(ledger());
        writeFileSync(ledger(), bytes.fill(0xff, 8192, bytes.length - 8192));
      },
    ],
    [
      'a newer program wrote',
      () => {
        const database = new DatabaseSync(ledger());
        database.exec('PRAGMA user_version = 99');
        database.close();
      },
    ],
    ['is gone', () => rmSync(ledger())],
  ])('puts it in the place of a ledger that %s, and keeps that', async (_, spoil) => {
    const totals = await backedUp();
    spoil();
    const { code, stdout, stderr } = await say('restore', backup());
    expect(code, stderr).toBe(0);
    const kept = /kept as (.*)\.\n/.exec(stdout)?.[1];
    if (kept !== undefined) expect(readFileSync(kept).length).toBeGreaterThan(0);
    await expectWhole(totals);
  });

  it('refuses what is no sound backup, and says that nothing was changed', async () => {
    const totals = await backedUp();
    writeFileSync(backup(), readFileSync(backup()).subarray(0, 30_000));
    const { code, stderr } = await say('restore', backup());
    expect([code, stderr]).toEqual([1, expect.stringContaining('is no sound backup, nothing was changed')]);
    await expectWhole(totals);
  });
});

describe('tokenmeter restore, while a server runs', () => {
  let server: ChildProcess;
  let url: string;
  beforeEach(async () => {
    const env = { PATH: process.env.PATH, NO_COLOR: '1' };
    const argv = [BIN, 'serve', '--port', '0', '--home', place.home, '--data', place.data];
    server = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    server.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    await vi.waitFor(() => expect(said).toContain('End it with'), { timeout: 30_000 });
    url = /runs on (\S+)\n/.exec(said)?.[1] ?? '';
    await vi.waitFor(async () => expect((await served()).calls).toBe(corpus.truth.totals().calls), {
      timeout: 60_000,
      interval: 200,
    });
  }, 90_000);
  afterEach(async () => {
    if (server.exitCode !== null) return;
    server.kill('SIGTERM');
    await once(server, 'exit');
  });

  async function served(): Promise<WireTotals> {
    const response = await fetch(`${url}/api/query?by=day&tz=UTC`);
    expect(response.status).toBe(200);
    return ((await response.json()) as WireQueryResult).totals;
  }

  /** Resolves once a page is told that everything may have moved: a change that names no session. */
  async function changeOfAll(): Promise<{ told: Promise<boolean>; close(): void }> {
    const ending = new AbortController();
    const response = await fetch(`${url}/api/changes`, { signal: ending.signal });
    const frames = (response.body ?? expect.fail()).pipeThrough(new TextDecoderStream());
    const told = (async () => {
      let text = '';
      for await (const chunk of frames) {
        text += chunk;
        if (/event: change\n.*\n?data: .*"sessions":\[\]/.test(text)) return true;
      }
      return false;
    })();
    return { told, close: () => ending.abort() };
  }

  it('the server goes on with the backup, tells its pages, and reads what the logs have since', async () => {
    const totals = await backedUp();
    const [session] = (await usageOf(place, 'session')).rows;
    expect((await say('forget', String(session?.key.session), '--yes')).code).toBe(0);
    expect((await served()).calls).toBeLessThan(totals.calls);
    expect((await say('prices', 'set', 'claude-sonnet-4-5', '--input', '99', '--output', '99')).code).toBe(0);
    const since = generateCorpus('since', { claude: 3, codex: 2 });
    since.writeTo(place.home);

    const change = await changeOfAll();
    const asking = (async () => {
      for (let turn = 0; turn < 20; turn++) await served();
    })();
    const { code, stdout, stderr } = await say('restore', backup());
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Restored ${totals.calls} calls`);
    expect(await change.told).toBe(true);
    change.close();
    await asking;

    const all = totals.calls + since.truth.totals().calls;
    await vi.waitFor(async () => expect((await served()).calls).toBe(all), { timeout: 30_000, interval: 100 });
    const rows = (await usageOf(place, 'day')).totals;
    expect(await served()).toEqual(rows);
    await expectWhole(rows);
    expect(readdirSync(place.data).filter((name) => name.startsWith('ledger-before-'))).not.toEqual([]);
  }, 90_000);

  it('a bad backup is refused, and the server goes on as it was', async () => {
    const totals = await backedUp();
    writeFileSync(backup(), 'Dear diary');
    const { code, stderr } = await say('restore', backup());
    expect([code, stderr]).toEqual([1, expect.stringContaining('no sound backup')]);
    expect(await served()).toEqual(totals);
    await expectWhole(totals);
  }, 60_000);
});
