/** A data directory that cannot be written: what is known is shown all the same, and said to be no more than that. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN, type Place, usageOf } from './command-line.ts';
import { generateCorpus } from './corpus/corpus.ts';

/** Nothing is closed to root: it asks as nobody. */
const NOBODY = 65_534;
const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
const canRun = spawnSync(process.execPath, [BIN, '--version'], as).status === 0;

let folder: string;
let place: Place;
let calls: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-read-only-'));
  chmodSync(folder, 0o755);
  place = { home: join(folder, 'home'), data: join(folder, 'data') };
  const corpus = generateCorpus('read-only', { claude: 2, codex: 2 });
  corpus.writeTo(place.home);
  ({ calls } = (await usageOf(place, 'day')).totals);
  chmodSync(join(place.data, 'ledger.db'), 0o444);
  chmodSync(place.data, 0o555);
});
afterAll(() => {
  chmodSync(place.data, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

const say = (...args: readonly string[]) => {
  const { PATH = '' } = process.env;
  const options = { ...as, env: { PATH, NO_COLOR: '1', HOME: folder }, encoding: 'utf8' } as const;
  return spawnSync(process.execPath, [BIN, ...args, '--home', place.home, '--data', place.data], options);
};

describe.skipIf(process.platform === 'win32' || !canRun)('in a data directory that cannot be written', () => {
  it('reports show what the ledger has with --no-scan, say so, and leave nothing behind', () => {
    const before = readdirSync(place.data);
    const { status, stdout, stderr } = say('usage', '--no-scan', '--period', 'all', '--json');
    expect(stderr).toBe(`Cannot write in "${place.data}": this is what its ledger has, and nothing new is read\n`);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).totals.calls).toBe(calls);
    expect(say('verify').status).toBe(0);
    expect(say('config').stdout).toContain('usage_reset');
    expect(readdirSync(place.data)).toEqual(before);
  });

  it('a report that would read logs is refused, with the way to see what there is', () => {
    const { status, stderr } = say('usage');
    expect(status).toBe(1);
    expect(stderr).toContain('Cannot write the ledger');
    expect(stderr).toContain('--no-scan shows what it has');
    expect(say('config', 'set', 'theme', 'dark').stderr).not.toContain('--no-scan');
  });

  it('tables of an older version are not read: somebody has to bring them up to date first', () => {
    const file = join(place.data, 'ledger.db');
    chmodSync(place.data, 0o755);
    chmodSync(file, 0o644);
    const database = new DatabaseSync(file);
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA user_version = 1');
    database.close();
    chmodSync(file, 0o444);
    chmodSync(place.data, 0o555);
    const { status, stderr } = say('usage', '--no-scan');
    expect(status).toBe(1);
    expect(stderr).toContain('its tables are of an older version, run "tokenmeter" once where it can be written');
  });
});
