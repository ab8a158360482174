/** Reading is killed at many moments, and done by several processes at once: the totals are the truth all the same. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN, type Place, tokenmeter, usageOf } from './command-line.ts';
import { type Corpus, generateCorpus } from './corpus/corpus.ts';

const KILLS = 20;

let folder: string;
let corpus: Corpus;
let home: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-killed-'));
  home = join(folder, 'home');
  corpus = generateCorpus('killed', { claude: 40, codex: 30 });
  corpus.writeTo(home);
});

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Starts a reading and kills it after a while, with no chance to tidy. Resolves once it is gone. */
function readAndKill({ home, data }: Place, afterMs: number): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [BIN, 'usage', '--home', home, '--data', data, '--json'], { stdio: 'ignore' });
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
    child.on('exit', (_, signal) => {
      clearTimeout(timer);
      resolve(signal);
    });
  });
}

async function expectWhole(place: Place): Promise<void> {
  const { totals } = await usageOf(place, 'day');
  const { calls, tokens, tool_calls } = corpus.truth.totals();
  expect({ calls: totals.calls, tokens: totals.tokens, tool_calls: totals.tool_calls }).toEqual({
    calls,
    tokens,
    tool_calls,
  });
  const verify = await tokenmeter(['verify', '--home', place.home, '--data', place.data]);
  expect(verify.code, verify.stdout + verify.stderr).toBe(0);
}

describe('a reading', () => {
  it(`that is killed ${KILLS} times loses nothing and counts nothing twice`, { timeout: 180_000 }, async () => {
    const place = { home, data: join(folder, 'killed') };
    let killed = 0;
    for (let round = 0; round < KILLS; round++) if ((await readAndKill(place, 60 + round * 25)) === 'SIGKILL') killed++;
    expect(killed).toBeGreaterThan(0);
    await expectWhole(place);
  });

  it('that was killed before it had made its tables begins again', async () => {
    const place = { home, data: join(folder, 'untold') };
    mkdirSync(place.data);
    // What the first moments of a new ledger leave: a database without anything in it.
    const database = new DatabaseSync(join(place.data, 'ledger.db'));
    database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL');
    database.close();
    await expectWhole(place);
  });

  it('by four processes at once is one reading', { timeout: 180_000 }, async () => {
    const place = { home, data: join(folder, 'together') };
    const answers = await Promise.all([1, 2, 3, 4].map(() => usageOf(place, 'agent')));
    for (const { totals } of answers) expect(totals.calls).toBe(corpus.truth.totals().calls);
    await expectWhole(place);
  });
});
