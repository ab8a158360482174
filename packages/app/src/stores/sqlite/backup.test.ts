/** Backups: whole, private, replaced by nothing else; put back under a ledger in use or over one nobody can open. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock, type Ledger, TokenmeterError } from '@tokenmeter/core';
import { everything, plainBook, randomHistory } from '@tokenmeter/core/testing';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';
import { restoreSqliteLedger, swapIn } from './restore.ts';

const root = mkdtempSync(join(tmpdir(), 'tokenmeter-backup-'));
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

describe('backup and restore', () => {
  const restore = (from: string, to: string) => restoreSqliteLedger(from, to, async (draft) => swapIn(draft, to));

  test('a ledger in use is replaced under those who ask it, and forgets what it knew of the old one', async () => {
    const file = newFile();
    const ledger = await openSqliteLedger({ file, book: plainBook, clock: fixedClock(1_780_000_000_000) });
    opened.push(ledger);
    const [first, ...rest] = randomHistory('used');
    await ledger.append(first ?? expect.fail());
    const copy = join(root, 'used.db');
    await ledger.backup(copy);
    const before = await everything(ledger);
    for (const batch of rest) await ledger.append(batch);
    const whole = await everything(ledger);
    await ledger.setPriceOverride({
      seller: '',
      model: 'unpriced-x',
      from: 0,
      inputPerMillion: '1',
      outputPerMillion: '1',
    });
    await ledger.forget('s1');

    const other = await open(file);
    const replace = () => restoreSqliteLedger(copy, file, (draft) => ledger.replaceBy(draft, `${file}.kept`));
    expect(await codeOf(replace)).toBe('ledger-locked');
    expect(await failures(ledger)).toEqual([]);
    await other.close();

    expect(await replace()).toBe(`${file}.kept`);
    expect(await everything(ledger)).toEqual(before);
    for (const batch of rest) await ledger.append(batch);
    expect(await everything(ledger)).toEqual(whole);
    expect(await failures(ledger)).toEqual([]);
    expect(readdirSync(join(file, '..')).filter((name) => name.includes('part'))).toEqual([]);
  });

  test("a backup is whole, the owner's alone, and comes back with the old ledger kept aside", async () => {
    const file = newFile();
    const ledger = await filled(file);
    const before = await everything(ledger);
    const copy = join(root, 'copy.db');
    await ledger.backup(copy);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    await ledger.forget('s1');
    expect(await codeOf(() => restore(copy, file))).toBe('ledger-locked');
    await ledger.close();
    const kept = await restore(copy, file);
    expect(kept).toBe(`${file}.before-restore-1`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await everything(await open(file))).toEqual(before);
    expect(await calls(await open(kept ?? '', true))).toBeLessThan(100);
  });

  test('restore replaces even a damaged ledger, and refuses a damaged backup without touching anything', async () => {
    const file = newFile();
    const ledger = await filled(file);
    const copy = join(root, 'copy-2.db');
    await ledger.backup(copy);
    await ledger.close();
    writeFileSync(file, 'not a database at all');
    const bad = join(root, 'bad.db');
    writeFileSync(bad, readFileSync(copy).subarray(0, 20_000));
    expect(await codeOf(() => restore(bad, file))).toBe('ledger-damaged');
    expect(await codeOf(() => restore(join(root, 'nowhere.db'), file))).toBe('not-found');
    expect(readFileSync(file, 'utf8')).toBe('not a database at all');
    await restore(copy, file);
    expect(await failures(await open(file))).toEqual([]);
  });

  test('a backup replaces an older one and nothing else', async () => {
    const file = newFile();
    const ledger = await filled(file);
    const copy = join(root, 'again.db');
    await ledger.backup(copy);
    await ledger.forget('s1');
    const { calls: left } = await ledger.backup(copy);
    expect(left).toBe(await calls(ledger));
    const diary = join(root, 'diary.txt');
    writeFileSync(diary, 'precious');
    for (const other of [diary, file, root]) expect(await codeOf(() => ledger.backup(other))).toBe('usage');
    expect(readFileSync(diary, 'utf8')).toBe('precious');
    expect(await codeOf(async () => (await open(newFile(), true)).backup(copy))).toBe('not-found');
  });

  test('a backup that cannot be written leaves no half of one', async () => {
    const ledger = await filled(newFile());
    const folder = join(root, 'nope');
    expect(await codeOf(() => ledger.backup(join(folder, 'copy.db')))).toBe('ledger-unwritable');
    mkdirSync(folder);
    writeFileSync(join(folder, 'copy.db'), '');
    expect(await ledger.backup(join(folder, 'copy.db'))).toEqual({ calls: await calls(ledger) });
    expect(await calls(await open(join(folder, 'copy.db'), true))).toBe(await calls(ledger));
  });
});
