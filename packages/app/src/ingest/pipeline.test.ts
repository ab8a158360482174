import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AppendOptions, Cursor, LedgerBatch } from '@tokenmeter/core';
import type { Agent, Line } from '@tokenmeter/core/agents';
import { Fold } from '@tokenmeter/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerChange } from '../house.ts';
import { Pipeline } from './pipeline.ts';

/** An agent of three words: `{"id","at","output"}` is a call; state counts the lines so that a wrong resume shows. */
const plain: Agent = {
  id: 'plain',
  name: 'Plain',
  aliases: [],
  exactness: 'exact',
  roots: ({ home }) => [
    { path: `${home}/logs`, because: 'default', accepts: (path) => path.endsWith('.jsonl'), maxDepth: 4 },
    { path: `${home}/archive`, because: 'default', accepts: (path) => path.endsWith('.jsonl'), maxDepth: 4 },
  ],
  toolKind: () => 'other',
  open: ({ source }, state) => {
    let seen = typeof state === 'number' ? state : 0;
    return {
      read: (line: Line, emit) => {
        let record: { id: string; at: number; output: number };
        try {
          record = line.json() as typeof record; // -- the test's own records
        } catch {
          return 'damaged';
        }
        seen++;
        emit({
          type: 'call',
          call: {
            agent: 'plain',
            identity: record.id,
            requestId: '',
            chain: 'main',
            sessionId: source.path.split('/').at(-1) ?? '',
            rootSessionId: '',
            threadId: '',
            caller: `line ${seen}`,
            model: 'm',
            seller: '',
            at: record.at,
            usage: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: record.output },
            certainty: 'exact',
            cwd: '',
            branch: '',
            tier: '',
            geo: '',
            webSearches: 0,
            assumedLifetime: false,
            counted: true,
          },
        });
        return undefined;
      },
      state: () => seen,
    };
  },
};

class MemoryLedger {
  readonly fold = new Fold();
  readonly stored = new Map<string, Cursor>();
  open: LedgerBatch[] = [];
  appends = 0;
  dieAfter = Number.POSITIVE_INFINITY;

  async cursors() {
    return new Map(this.stored);
  }

  /** Keeps nothing of what more is to follow until it is finished, or until two batches are open. */
  async append(batch: LedgerBatch, { more = false }: AppendOptions = {}) {
    if (++this.appends > this.dieAfter) {
      this.open = [];
      throw new Error('killed');
    }
    this.open.push(batch);
    if (!more || this.open.length === 2) await this.finish();
    return { inserted: batch.calls.length, changed: 0, sessions: [] };
  }

  async finish() {
    for (const batch of this.open.splice(0)) {
      this.fold.append(batch);
      for (const cursor of batch.cursors) this.stored.set(cursor.source.path, JSON.parse(JSON.stringify(cursor)));
    }
  }
}

let home: string;
let ledger: MemoryLedger;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tokenmeter-ingest-'));
  ledger = new MemoryLedger();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const record = (id: number, output = id) => `${JSON.stringify({ id: `c${id}`, at: 1_000 + id, output })}\n`;
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => record(from + index)).join('');

function log(path: string, text: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A new process: nothing is remembered but what the ledger stored. */
function scan() {
  const machine = { home, env: {}, platform: 'linux' };
  return new Pipeline({ agents: [plain], machine, ledger, clock: { now: () => 0 } }).scan();
}
const output = () => ledger.fold.totals().output;
const sum = (to: number) => (to * (to - 1)) / 2;

test('scan() reads everything once, then nothing', async () => {
  log('logs/a.jsonl', records(0, 50));
  log('logs/deep/er/b.jsonl', records(50, 100));
  expect(await scan()).toMatchObject({ filesRead: 2, filesTotal: 2 });
  expect(output()).toBe(sum(100));
  expect(await scan()).toMatchObject({ filesRead: 0, bytesRead: 0, inserted: 0 });
});

test('scan() reads only what a log grew by, with the memory of the reader that stopped there', async () => {
  const file = log('logs/a.jsonl', records(0, 10));
  await scan();
  appendFileSync(file, records(10, 12));
  const report = await scan();
  expect(report.bytesRead).toBe(records(10, 12).length);
  expect(output()).toBe(sum(12));
  expect(ledger.fold.calls().find(({ identity }) => identity === 'c11')?.caller).toBe('line 12');
});

test('scan() leaves a cut last line for later and then counts it once', async () => {
  const whole = record(7);
  const file = log('logs/a.jsonl', records(0, 5) + whole.slice(0, 9));
  await scan();
  expect(output()).toBe(sum(5));
  appendFileSync(file, whole.slice(9));
  await scan();
  expect(output()).toBe(sum(5) + 7);
  expect([...ledger.stored.values()][0]?.skippedDamaged).toBe(0);
});

test('scan() counts a whole last line without its newline, once, also after the newline came', async () => {
  const file = log('logs/a.jsonl', records(0, 5) + record(7).trimEnd());
  await scan();
  expect(output()).toBe(sum(5) + 7);
  appendFileSync(file, `\n${record(8)}`);
  await scan();
  expect(output()).toBe(sum(5) + 15);
  expect(ledger.fold.calls()).toHaveLength(7);
});

test('scan() begins again with a file that was cut or replaced, and counts nothing twice', async () => {
  const file = log('logs/a.jsonl', records(0, 30));
  await scan();
  truncateSync(file, records(0, 20).length);
  appendFileSync(file, records(40, 42));
  await scan();
  writeFileSync(file, records(50, 99));
  await scan();
  expect(ledger.fold.calls()).toHaveLength(30 + 2 + 49);
});

test('scan() goes on where it was in a file that was moved to another place', async () => {
  const file = log('logs/a.jsonl', records(0, 20));
  await scan();
  mkdirSync(join(home, 'archive'));
  renameSync(file, join(home, 'archive/a.jsonl'));
  appendFileSync(join(home, 'archive/a.jsonl'), record(20));
  expect(await scan()).toMatchObject({ bytesRead: record(20).length });
  expect(output()).toBe(sum(21));
});

test('scan() follows links to folders, once each, and ends in a circle', async () => {
  log('elsewhere/a.jsonl', records(0, 3));
  mkdirSync(join(home, 'logs'));
  symlinkSync(join(home, 'elsewhere'), join(home, 'logs/one'));
  symlinkSync(join(home, 'elsewhere'), join(home, 'logs/two'));
  symlinkSync(join(home, 'logs'), join(home, 'elsewhere/back'));
  expect(await scan()).toMatchObject({ filesTotal: 1 });
  expect(output()).toBe(sum(3));
});

test('a folder that cannot be listed is told by scan() and roots(), and the rest is read', async () => {
  // Closed to everybody, root too: its path is longer than a path may be.
  const long = (letter: string) => letter.repeat(250);
  mkdirSync(join(home, 'far', long('x')), { recursive: true });
  const there = home;
  while (home.length < 3700) home = join(home, long('h'));
  log('logs/a.jsonl', records(0, 3));
  symlinkSync(join(there, 'far'), join(home, 'logs', long('l')));
  const closed = join(home, 'logs', long('l'), long('x'));

  try {
    const machine = { home, env: {}, platform: 'linux' };
    const pipeline = new Pipeline({ agents: [plain], machine, ledger, clock: { now: () => 0 } });
    const report = await pipeline.scan();
    expect(report).toMatchObject({ filesRead: 1, failures: [{ path: closed, reason: 'ENAMETOOLONG' }] });
    expect(output()).toBe(sum(3));
    expect(await pipeline.roots()).toMatchObject([
      { path: join(home, 'logs'), exists: true, error: `Cannot read "${closed}": ENAMETOOLONG` },
      { path: join(home, 'archive'), exists: false, error: undefined },
    ]);
  } finally {
    home = there;
  }
});

test.skipIf(process.getuid?.() === 0)('a log that will not be opened is told by scan() and roots()', async () => {
  log('logs/a.jsonl', records(0, 3));
  const closed = log('logs/b.jsonl', records(3, 6));
  log('logs/private/c.jsonl', records(6, 9));
  chmodSync(closed, 0o000);
  chmodSync(join(home, 'logs/private'), 0o000);
  const machine = { home, env: {}, platform: 'linux' };
  const pipeline = new Pipeline({ agents: [plain], machine, ledger, clock: { now: () => 0 } });
  const { failures } = await pipeline.scan();
  expect(failures).toContainEqual({ path: closed, reason: 'permission denied' });
  expect(failures).toContainEqual({ path: join(home, 'logs/private'), reason: 'permission denied' });
  const [root] = await pipeline.roots();
  expect(root?.error).toBe(`Cannot read "${join(home, 'logs/private')}": permission denied, and 1 more`);
  chmodSync(join(home, 'logs/private'), 0o700);
});

test('scan() skips and counts damaged lines and loses none of the others', async () => {
  log('logs/a.jsonl', `${records(0, 3)}{"id":\n\0\0\0\n${records(3, 6)}`);
  await scan();
  expect(output()).toBe(sum(6));
  expect([...ledger.stored.values()][0]).toMatchObject({ lines: 8, skippedDamaged: 2 });
});

test('scan() killed after any append and run again gives the same totals', async () => {
  for (let file = 0; file < 6; file++) log(`logs/${file}.jsonl`, records(file * 9_000, (file + 1) * 9_000));
  for (const dieAfter of [0, 1, 1]) {
    ledger.appends = 0;
    ledger.dieAfter = dieAfter;
    await expect(scan()).rejects.toThrow('killed');
  }
  ledger.dieAfter = Number.POSITIVE_INFINITY;
  await scan();
  expect(ledger.fold.totals()).toMatchObject({ calls: 54_000, output: sum(54_000) });
});

test('scan() reads again what a ledger that refused had not kept, in the same process too', async () => {
  for (let file = 0; file < 6; file++) log(`logs/${file}.jsonl`, records(file * 9_000, (file + 1) * 9_000));
  const machine = { home, env: {}, platform: 'linux' };
  const pipeline = new Pipeline({ agents: [plain], machine, ledger, clock: { now: () => 0 } });
  ledger.dieAfter = 1;
  await expect(pipeline.scan()).rejects.toThrow('killed');
  expect(ledger.fold.totals().calls).toBe(0);
  ledger.dieAfter = Number.POSITIVE_INFINITY;
  await pipeline.scan();
  expect(ledger.fold.totals()).toMatchObject({ calls: 54_000, output: sum(54_000) });
});

test('watch() reads an appended line, a new file and a new folder without being asked', async () => {
  const file = log('logs/a.jsonl', records(0, 2));
  const machine = { home, env: {}, platform: process.platform };
  const pipeline = new Pipeline({ agents: [plain], machine, ledger, clock: { now: () => 0 } });
  const heard: number[] = [];
  pipeline.onChange(({ seq }) => heard.push(seq));
  const watching = await pipeline.watch();
  const until = async (calls: number) => {
    for (let tries = 0; ledger.fold.calls().length < calls && tries < 400; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(ledger.fold.calls()).toHaveLength(calls);
  };
  await until(2);
  appendFileSync(file, record(2));
  await until(3);
  log('logs/b.jsonl', record(3));
  await until(4);
  log('logs/new/folder/c.jsonl', record(4));
  await until(5);
  await watching.close();
  expect(heard.length).toBeGreaterThanOrEqual(4);
});

test('watch() goes on in a folder, and in a root, that was deleted and comes again', async () => {
  log('logs/deep/a.jsonl', records(0, 2));
  const machine = { home, env: {}, platform: process.platform };
  const pipeline = new Pipeline({ agents: [plain], machine, ledger, clock: { now: () => 0 } });
  const watching = await pipeline.watch();
  const until = async (calls: number) => {
    for (let tries = 0; ledger.fold.calls().length < calls && tries < 400; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(ledger.fold.calls()).toHaveLength(calls);
  };
  await until(2);
  for (const [index, gone] of ['logs/deep', 'logs'].entries()) {
    rmSync(join(home, gone), { recursive: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const file = log(`logs/deep/${index}.jsonl`, record(10 * index + 10));
    await until(2 * index + 3);
    appendFileSync(file, record(10 * index + 11));
    await until(2 * index + 4);
  }
  await watching.close();
});

test('standStill() ends a scan under way, lets nothing read beside it, and then knows nothing of the old ledger', async () => {
  for (let file = 0; file < 40; file++) log(`logs/${file}.jsonl`, records(file * 50, file * 50 + 50));
  const machine = { home, env: {}, platform: 'linux' };
  const stored = {
    append: (batch: LedgerBatch) => ledger.append(batch),
    finish: () => ledger.finish(),
    cursors: () => ledger.cursors(),
  };
  const pipeline = new Pipeline({ agents: [plain], machine, ledger: stored, clock: { now: () => 0 } });
  const changes: LedgerChange[] = [];
  pipeline.onChange((change) => changes.push(change));
  await pipeline.scan();
  log('logs/0.jsonl', records(0, 60));
  const before = pipeline.scan();
  let late: Promise<unknown> | undefined;
  await pipeline.standStill(async () => {
    await before;
    ledger = new MemoryLedger();
    late = pipeline.scan();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ledger.appends).toBe(0);
  });
  expect(changes.at(-1)).toMatchObject({ inserted: 0, changed: 1, sessions: [] });
  await late;
  expect(output()).toBe(sum(2000));
});

test('standStill() lets reading go on where its work failed', async () => {
  log('logs/a.jsonl', records(0, 10));
  const machine = { home, env: {}, platform: 'linux' };
  const pipeline = new Pipeline({ agents: [plain], machine, ledger, clock: { now: () => 0 } });
  await expect(pipeline.standStill(() => Promise.reject(new Error('locked')))).rejects.toThrow('locked');
  await pipeline.scan();
  expect(output()).toBe(sum(10));
});
