/** The ledger on real files: whose they are, what is refused untouched, two processes at once, death at any moment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { fixedClock, type Ledger, TokenmeterError } from '@tokenmeter/core';
import { everything, ledgerSuite, plainBook, randomHistory } from '@tokenmeter/core/testing';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type Driver, openDriver } from './driver.ts';
import { openSqliteLedger } from './ledger.ts';
import { answer } from './query.ts';
import { Words } from './words.ts';

const root = mkdtempSync(join(tmpdir(), 'tokenmeter-ledger-'));
let number = 0;
const newFile = () => join(root, `data-${number++}`, 'ledger.db');
const opened: Ledger[] = [];
const open = async (file: string, readOnly = false, book = plainBook) => {
  const ledger = await openSqliteLedger({ file, book, clock: fixedClock(1_780_000_000_000), readOnly });
  opened.push(ledger);
  return ledger;
};
const ALL = { by: [], tz: 'UTC' } as const;
const calls = async (ledger: Ledger) => (await ledger.query(ALL)).totals.calls;
const failures = async (ledger: Ledger) =>
  (await ledger.verify()).checks.filter((check) => !check.ok).map((check) => check.name);
const codeOf = async (work: () => unknown) => {
  try {
    await work();
    return 'nothing was thrown';
  } catch (error) {
    return error instanceof TokenmeterError ? error.code : String(error);
  }
};
async function filled(file: string, seed = 'disk'): Promise<Ledger> {
  const ledger = await open(file);
  for (const batch of randomHistory(seed)) await ledger.append(batch);
  return ledger;
}

afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

ledgerSuite({ name: 'on disk', open: () => open(newFile()), test, expect });

describe('answer()', () => {
  test('tells one state of the file, also where another process writes between its questions', async () => {
    const file = newFile();
    await filled(file);
    const other = new DatabaseSync(file);
    const driver = openDriver(file, { readOnly: true });
    let asked = 0;
    const disturbed: Driver = {
      ...driver,
      prepare(sql) {
        asked++;
        other.exec('UPDATE total SET output = output + 1000');
        return driver.prepare(sql);
      },
    };
    try {
      for (const by of ['agent', 'model', 'session'] as const) {
        const { totals, rows } = answer(disturbed, new Words(driver), { by: [by], tz: 'UTC' });
        expect(rows.reduce((sum, row) => sum + row.usage.output, 0)).toBe(totals.usage.output);
      }
      expect(asked).toBeGreaterThanOrEqual(6);
    } finally {
      driver.close();
      other.close();
    }
  });
});

describe('files', () => {
  test("a new ledger and its directory are the owner's alone, its log as well", async () => {
    const file = newFile();
    await filled(file);
    for (const suffix of ['', '-wal']) expect(statSync(`${file}${suffix}`).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
  });

  test('a ledger that others may read is made private again', async () => {
    const file = newFile();
    await (await filled(file)).close();
    chmodSync(file, 0o644);
    await open(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('opening again finds everything, and migrating twice changes nothing', async () => {
    const file = newFile();
    const ledger = await filled(file);
    const before = await everything(ledger);
    await ledger.close();
    const again = await open(file);
    expect(await everything(again)).toEqual(before);
    for (const batch of randomHistory('disk'))
      expect(await again.append(batch)).toMatchObject({ inserted: 0, changed: 0 });
    expect(await failures(again)).toEqual([]);
  });

  test('a reader finds nothing where there is no ledger yet, makes none, and may not write', async () => {
    const file = newFile();
    const reader = await open(file, true);
    expect(await calls(reader)).toBe(0);
    expect(existsSync(file)).toBe(false);
    const empty = join(root, 'empty.db');
    writeFileSync(empty, '');
    expect(await calls(await open(empty, true))).toBe(0);
    expect(await codeOf(() => reader.append(randomHistory('x')[0] ?? expect.fail()))).toBe('ledger-unwritable');
  });

  test('a database without anything in it is a ledger not yet made, with a log beside it or without', async () => {
    for (const keepsLog of [false, true]) {
      const file = newFile();
      mkdirSync(join(file, '..'));
      const bare = new DatabaseSync(file);
      bare.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL');
      if (keepsLog) bare.exec('CREATE TABLE t (x); DROP TABLE t');
      else bare.close();
      expect(existsSync(`${file}-wal`)).toBe(keepsLog);
      expect(await calls(await open(file, true))).toBe(0);
      expect(await failures(await filled(file))).toEqual([]);
      if (keepsLog) bare.close();
    }
  });

  test('a directory that cannot be written is told so', async () => {
    const blocked = join(root, 'a-file');
    writeFileSync(blocked, '');
    expect(await codeOf(() => open(join(blocked, 'ledger.db')))).toBe('ledger-unwritable');
    expect(await codeOf(() => open(root))).toBe('ledger-unwritable');
  });
});

describe('refused untouched', () => {
  async function refuses(spoil: (file: string) => void, code: string) {
    const file = newFile();
    await (await filled(file)).close();
    spoil(file);
    const before = readFileSync(file);
    expect(await codeOf(() => open(file))).toBe(code);
    expect(await codeOf(() => open(file, true))).toBe(code);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect([existsSync(`${file}-wal`), existsSync(`${file}-shm`)]).toEqual([false, false]);
  }

  test('a file that is no database', () =>
    refuses((file) => writeFileSync(file, 'Dear diary'.repeat(500)), 'ledger-damaged'));
  test('a database of another program', () =>
    refuses((file) => {
      rmSync(file);
      const other = new DatabaseSync(file);
      other.exec('CREATE TABLE bookmarks (url TEXT)');
      other.close();
    }, 'ledger-damaged'));
  test('a database of another program whose log is not yet in it', async () => {
    const file = newFile();
    mkdirSync(join(file, '..'));
    const other = new DatabaseSync(file);
    other.exec('PRAGMA journal_mode = WAL; CREATE TABLE bookmarks (url TEXT)');
    const bytes = [file, `${file}-wal`].map((path) => readFileSync(path));
    expect(await codeOf(() => open(file))).toBe('ledger-damaged');
    expect([file, `${file}-wal`].map((path) => readFileSync(path))).toEqual(bytes);
    other.close();
  });
  test('a ledger cut short', () => refuses((file) => truncateSync(file, statSync(file).size - 5000), 'ledger-damaged'));
  test('a ledger with a damaged table', () =>
    refuses((file) => {
      const bytes = readFileSync(file);
      bytes.fill(0xff, 8192, bytes.length - 8192);
      writeFileSync(file, bytes);
    }, 'ledger-damaged'));
  test('a ledger of a newer program', () =>
    refuses((file) => {
      const newer = new DatabaseSync(file);
      newer.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
      newer.close();
    }, 'ledger-newer'));
});

describe('verify()', () => {
  const REFERENCES = 'rows name only calls, sessions, threads, sources and words that exist';
  test.each([
    ['UPDATE rollup SET output = output + 1', 'rollups are the sum of their calls'],
    ['DELETE FROM total', 'totals of sessions and threads are the sum of their calls'],
    ['UPDATE call SET input = input + 7 WHERE id = 3', 'rollups are the sum of their calls'],
    ['UPDATE call SET reasoning = output + 1 WHERE id = 3', 'buckets are never negative, reasoning is part of output'],
    ['DELETE FROM call WHERE id = 3', 'rollups are the sum of their calls'],
    [
      'UPDATE call SET cost_input = 1 WHERE strand IN (SELECT id FROM strand WHERE price = 0)',
      'a call without a price has no cost',
    ],
    ['UPDATE call SET strand = 99999 WHERE id = 3', REFERENCES],
    ['UPDATE strand SET session = 99999 WHERE id = 1', REFERENCES],
    ['UPDATE tool_call SET name = 99999', REFERENCES],
  ])('finds a planted error: %s', async (sql, found) => {
    const file = newFile();
    await (await filled(file)).close();
    const planted = new DatabaseSync(file);
    planted.exec(sql);
    planted.close();
    const ledger = await open(file);
    expect(await failures(ledger)).toContain(found);
  });

  test('rebuild() mends rollups that were wrong', async () => {
    const file = newFile();
    const ledger = await filled(file);
    const before = await everything(ledger);
    const planted = new DatabaseSync(file);
    planted.exec('UPDATE rollup SET output = output + 1; DELETE FROM total');
    planted.close();
    expect(await failures(ledger)).not.toEqual([]);
    await ledger.rebuild();
    expect(await failures(ledger)).toEqual([]);
    expect(await everything(ledger)).toEqual(before);
  });
});

describe('prices', () => {
  test('a ledger rated under another book is rated again when it is opened', async () => {
    const file = newFile();
    const first = await filled(file);
    const before = (await first.query(ALL)).totals;
    await first.close();
    const dearer: typeof plainBook = (overrides) => {
      const book = plainBook(overrides);
      return {
        ...book,
        version: 'dearer',
        rate: (call) => {
          const rating = book.rate(call);
          return (
            rating && { ...rating, totalNano: rating.totalNano + rating.inputNano, inputNano: rating.inputNano * 2 }
          );
        },
      };
    };
    const second = await open(file, false, dearer);
    const after = (await second.query(ALL)).totals;
    expect(after.cost.input).toBe(before.cost.input * 2n);
    expect([after.cost.output, after.calls, (await second.facts()).priceVersion]).toEqual([
      before.cost.output,
      before.calls,
      'dearer',
    ]);
    expect(await failures(second)).toEqual([]);
  });
});

describe('several processes', () => {
  test('what another connection wrote is seen, and nothing kept in memory is wrong after it', async () => {
    const file = newFile();
    const [one, two] = [await open(file), await open(file)];
    const history = randomHistory('two');
    for (const [index, batch] of history.entries()) await (index % 2 === 0 ? one : two).append(batch);
    for (const batch of history) expect(await two.append(batch)).toMatchObject({ inserted: 0 });
    for (const batch of history) expect(await one.append(batch)).toMatchObject({ inserted: 0, changed: 0 });
    const alone = await open(':memory:');
    for (const batch of history) await alone.append(batch);
    expect(await everything(one)).toEqual(await everything(alone));
    await two.setPriceOverride({
      seller: '',
      model: 'unpriced-x',
      from: 0,
      inputPerMillion: '1',
      outputPerMillion: '1',
    });
    expect(one.prices().version).toBe(two.prices().version);
    expect(await failures(one)).toEqual([]);
  });

  test('two processes write at once while a third reads and a backup is made', async () => {
    const file = newFile();
    const ledger = await open(file);
    const writers = [startWriter(file, 'left', 40), startWriter(file, 'right', 40)];
    const copy = join(root, 'beside.db');
    let copies = 0;
    while (writers.some((writer) => writer.exitCode === null)) {
      await ledger.query({ by: ['day', 'model'], tz: 'Europe/Berlin' });
      if (copies < 3) {
        await ledger.backup(copy);
        copies++;
        expect(await failures(await open(copy, true))).toEqual([]);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(writers.map((writer) => writer.exitCode)).toEqual([0, 0]);
    expect(await calls(ledger)).toBe(2 * 40 * 50);
    expect(await failures(ledger)).toEqual([]);
  });

  test('killed at any moment it is whole, and the next run finishes to the same totals', async () => {
    const file = newFile();
    const found: number[] = [];
    for (let round = 0; round < 6; round++) {
      const writer = startWriter(file, 'killed', 60);
      await Promise.race([once(writer.stdout ?? writer, 'data'), once(writer, 'exit')]);
      await new Promise((resolve) => setTimeout(resolve, round * 15));
      const died = writer.exitCode === null ? once(writer, 'exit') : undefined;
      writer.kill('SIGKILL');
      await died;
      const ledger = await open(file);
      expect(await failures(ledger)).toEqual([]);
      found.push(await calls(ledger));
      await ledger.close();
    }
    expect(found.every((count) => count % 50 === 0)).toBe(true);
    expect(found.some((count) => count > 0 && count < 60 * 50)).toBe(true);
    const last = startWriter(file, 'killed', 60);
    await once(last, 'exit');
    const ledger = await open(file);
    expect(await calls(ledger)).toBe(60 * 50);
    expect(await failures(ledger)).toEqual([]);
  });
});

/** A process that appends `batches` of fifty calls each, going on where an earlier one stopped. */
function startWriter(file: string, name: string, batches: number): ChildProcess {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../../test/ledger-writer.ts', import.meta.url)), file, name, String(batches)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  child.stdout?.resume();
  return child;
}
