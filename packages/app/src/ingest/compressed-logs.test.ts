/** Rollouts that Codex compressed: recorded homes as they lie after that, read into a real ledger. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { fixedClock, GROUP_KEYS, type Ledger } from '@tokenmeter/core';
import { codex } from '@tokenmeter/core/agents';
import { plainBook } from '@tokenmeter/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadCases } from '../../../core/test/load-cases.ts';
import { openSqliteLedger } from '../stores/sqlite/ledger.ts';
import { Pipeline } from './pipeline.ts';
import type { Unpack } from './unpacked.ts';

const cases = loadCases('codex');
const recorded = cases.find(({ name }) => name === 'exec-subagent');
const open = () => openSqliteLedger({ file: ':memory:', book: plainBook, clock: fixedClock(1_780_000_000_000) });

let home: string;
let ledger: Awaited<ReturnType<typeof open>>;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'tokenmeter-compressed-'));
  ledger = await open();
});
afterEach(async () => {
  await ledger.close();
  rmSync(home, { recursive: true, force: true });
});

const machine = (place: string) => ({ home: place, env: {}, platform: process.platform });
const pipelineOf = (place = home, into: Ledger = ledger, unpack?: Unpack | null) =>
  new Pipeline({ agents: [codex], machine: machine(place), ledger: into, clock: { now: () => 0 }, unpack });
/** A new process: nothing is remembered but what the ledger stored. */
const scan = (unpack?: Unpack | null) => pipelineOf(home, ledger, unpack).scan();

function settle(place: string, { files } = recorded as NonNullable<typeof recorded>): string[] {
  return files.map(({ relativePath, bytes }) => {
    const path = join(place, relativePath);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    utimesSync(path, 1_780_000_000, 1_780_000_000);
    return path;
  });
}

/** As Codex does it: written beside it, with its time, then it is removed. */
function compress(path: string, { keep = false, to = path } = {}): string {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(`${to}.zst`, zstdCompressSync(readFileSync(path)));
  utimesSync(`${to}.zst`, 1_780_000_000, 1_780_000_000);
  if (!keep) rmSync(path);
  return `${to}.zst`;
}

/** Every cell of every table, and what else logs tell. */
async function told(of: Ledger) {
  const tables = [[], ...GROUP_KEYS.map((key) => [key]), ['day', 'model', 'session', 'caller']];
  const answers = await Promise.all(tables.map((by) => of.query({ by: by as never, tz: 'UTC' })));
  return { answers, activity: await of.activity(undefined, undefined), limits: await of.limits() };
}

async function isVerified() {
  expect((await ledger.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
}

describe('a compressed log', () => {
  test.each(cases.map((one) => [one.name, one] as const))('is told as the log was: %s', async (_, one) => {
    for (const path of settle(join(home, 'plain'), one)) expect(path).toMatch(/\.jsonl$/);
    const plain = await open();
    await pipelineOf(join(home, 'plain'), plain).scan();
    for (const path of settle(join(home, 'packed'), one)) if (basename(path).startsWith('rollout-')) compress(path);
    const report = await pipelineOf(join(home, 'packed')).scan();
    expect(report.failures).toEqual([]);
    expect(report.filesTotal).toBe(one.files.length);
    expect(await told(ledger)).toEqual(await told(plain));
    expect((await ledger.query({ by: [], tz: 'UTC' })).totals.calls).toBe(one.ledger.calls);
    await isVerified();
    await plain.close();
  });

  test('is not unpacked again while nobody touches it', async () => {
    for (const path of settle(home)) compress(path);
    await scan();
    let unpacked = 0;
    const report = await scan(() => {
      unpacked++;
      throw new Error('nothing to unpack');
    });
    expect(report).toMatchObject({ filesRead: 0, bytesRead: 0, failures: [] });
    expect(unpacked).toBe(0);
  });

  test('that was read before it was compressed changes nothing, nor do both, nor the plain one again', async () => {
    const paths = settle(home);
    await scan();
    const before = await told(ledger);
    const [source] = await ledger.sources();
    const sameAsBefore = async () => {
      expect(await scan()).toMatchObject({ inserted: 0, changed: 0, failures: [] });
      expect(await told(ledger)).toEqual(before);
      const { files, lines, calls } = (await ledger.sources())[0] ?? {};
      expect({ files, lines, calls }).toEqual({ files: source?.files, lines: source?.lines, calls: source?.calls });
      await isVerified();
    };
    for (const path of paths) compress(path, { keep: true });
    expect(await scan()).toMatchObject({ filesTotal: paths.length, filesRead: 0 });
    await sameAsBefore();
    for (const path of paths) rmSync(path);
    await sameAsBefore();
    // A session that goes on is unpacked first.
    for (const path of settle(home)) rmSync(`${path}.zst`);
    await sameAsBefore();
  });

  test('is gone on with where it was read to, also in what was unpacked of it to go on', async () => {
    const [path = ''] = settle(home);
    const whole = readFileSync(path);
    const cut = whole.indexOf('\n', whole.length / 2) + 1;
    writeFileSync(path, whole.subarray(0, cut));
    await scan();
    writeFileSync(path, whole);
    compress(path);
    await scan();
    const [cursor] = [...(await ledger.cursors()).values()].filter(({ source }) => source.path === path);
    expect(cursor).toMatchObject({ offset: whole.length, lines: whole.toString().trimEnd().split('\n').length });
    expect((await ledger.query({ by: [], tz: 'UTC' })).totals.calls).toBe(recorded?.ledger.calls);
  });

  test('in the archive, moved and compressed since it was read, counts once', async () => {
    const paths = settle(home);
    await scan();
    const before = await told(ledger);
    for (const path of paths) compress(path, { to: join(home, '.codex/archived_sessions', basename(path)) });
    expect(await scan()).toMatchObject({ inserted: 0, failures: [] });
    expect(await told(ledger)).toEqual(before);
    await isVerified();
    // Back from the archive, still compressed.
    for (const path of paths)
      renameSync(join(home, '.codex/archived_sessions', `${basename(path)}.zst`), `${path}.zst`);
    await scan();
    expect(await told(ledger)).toEqual(before);
    await isVerified();
  });

  test('that was cut is read up to there and told, once, until it is whole', async () => {
    const [path = ''] = settle(home);
    const rest = settle(home).slice(1);
    for (const other of rest) rmSync(other);
    const long = Buffer.concat([readFileSync(path), Buffer.from(`${JSON.stringify({ type: 'x', noise: noise() })}\n`)]);
    writeFileSync(path, long);
    const packed = compress(path);
    const bytes = readFileSync(packed);
    writeFileSync(packed, bytes.subarray(0, bytes.length - 20));
    const reason = 'its compressed bytes end too early, what comes before is counted';
    expect((await scan()).failures).toEqual([{ path: packed, reason }]);
    expect(await scan()).toMatchObject({ filesRead: 0, failures: [] });
    const [source] = await ledger.sources();
    expect(source).toMatchObject({ files: 1, skippedDamaged: 1, unread: [{ path, why: 'cut' }] });
    await isVerified();
    writeFileSync(packed, bytes);
    expect((await scan()).failures).toEqual([]);
    expect((await ledger.sources())[0]).toMatchObject({ skippedDamaged: 0, unread: [] });
    expect((await ledger.query({ by: ['session'], tz: 'UTC' })).totals.calls).toBeGreaterThan(0);
  });

  test('of damaged bytes, of none, or of something else is told and keeps no other from being read', async () => {
    const [path = '', other = ''] = settle(home);
    compress(other);
    rmSync(path);
    writeFileSync(`${path}.zst`, 'this is no zstd');
    writeFileSync(join(dirname(path), 'rollout-empty.jsonl.zst'), '');
    const report = await scan();
    expect(report.failures.map(({ reason }) => reason.slice(0, 35)).sort()).toEqual([
      'its compressed bytes are damaged, w',
      'its compressed bytes end too early,',
    ]);
    const unread = (await ledger.sources())[0]?.unread.map(({ why }) => why);
    expect(unread?.sort()).toEqual(['cut', 'damaged']);
    expect((await ledger.query({ by: [], tz: 'UTC' })).totals.calls).toBeGreaterThan(0);
  });

  test('of several frames is read to the end of the last', async () => {
    const [path = '', ...others] = settle(home);
    for (const other of others) rmSync(other);
    const whole = readFileSync(path);
    const half = whole.length >> 1;
    const frames = [whole.subarray(0, half), whole.subarray(half)].map((part) => zstdCompressSync(part));
    writeFileSync(`${path}.zst`, Buffer.concat(frames));
    rmSync(path);
    await scan();
    expect([...(await ledger.cursors()).values()]).toMatchObject([{ offset: whole.length, unread: undefined }]);
  });

  test('is told of where this Node cannot unpack, keeps what was read of it, and is read once it can', async () => {
    const [path = '', other = ''] = settle(home);
    rmSync(other);
    await scan();
    const before = await told(ledger);
    settle(home);
    compress(path);
    compress(other);
    const reason = 'compressed logs cannot be read with this Node, 22.15 or newer can';
    expect((await scan(null)).failures.map((failure) => failure.reason)).toEqual([reason, reason]);
    expect(await scan(null)).toMatchObject({ filesRead: 0, failures: [] });
    expect(await told(ledger)).toEqual(before);
    expect((await ledger.sources())[0]?.unread).toHaveLength(2);
    expect((await scan()).failures).toEqual([]);
    expect((await ledger.sources())[0]).toMatchObject({ unread: [], skippedDamaged: 0 });
    expect((await ledger.query({ by: [], tz: 'UTC' })).totals.calls).toBe(recorded?.ledger.calls);
  });

  test('of a session that was forgotten stays forgotten', async () => {
    const paths = settle(home);
    await scan();
    const sessions = await ledger.query({ by: ['session'], tz: 'UTC' });
    for (const { key } of sessions.rows) await ledger.forget(key.session ?? '');
    for (const path of paths) compress(path);
    await scan();
    expect((await ledger.query({ by: [], tz: 'UTC' })).totals.calls).toBe(0);
    await isVerified();
  });

  test('is read by watch() as it comes, and one compressed under its eyes counts once', async () => {
    const [path = '', other = ''] = settle(home);
    const bytes = readFileSync(other);
    rmSync(other);
    const pipeline = pipelineOf();
    await pipeline.scan();
    const watching = await pipeline.watch();
    const cursorOf = async (name: string, offset: number) => {
      for (let tries = 0; tries < 400; tries++) {
        const cursor = (await ledger.cursors()).get(name);
        if (cursor?.offset === offset && cursor.size !== offset) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`Cannot see "${name}" read as compressed`);
    };
    const { length } = readFileSync(path);
    compress(path);
    await cursorOf(path, length);
    writeFileSync(`${other}.tmp`, zstdCompressSync(bytes));
    renameSync(`${other}.tmp`, `${other}.zst`);
    await cursorOf(other, bytes.length);
    await watching.close();
    expect((await ledger.query({ by: [], tz: 'UTC' })).totals.calls).toBe(recorded?.ledger.calls);
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(dirname(path))).toHaveLength(2);
  });
});

/** Text that does not get shorter by much. */
function noise(): string {
  let seed = 1;
  let text = '';
  while (text.length < 400_000) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    text += seed.toString(36);
  }
  return text;
}
