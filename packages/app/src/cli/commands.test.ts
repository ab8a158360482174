/** Commands against a real house: logs of a recorded session, a real ledger, one folder of its own for each test. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readParquet } from '../../test/parquet-reader.ts';
import { glance, observe, openDemo, openHouse, restoreLedger, startRun, stopRun } from '../main.ts';
import { processIo } from '../process-io.ts';
import { runCli } from './bin.ts';
import type { Io } from './io.ts';

const RECORDED = fileURLToPath(new URL('../../../core/fixtures/claude-code/two-subagents/projects', import.meta.url));

const real = processIo();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-cli-'));
  cpSync(RECORDED, join(folder, 'home/.claude/projects'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function say(argv: readonly string[], stdin = ''): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const written: Buffer[] = [];
  const io: Io = {
    ...real,
    env: { LANG: 'en_US.UTF-8' },
    isOutTty: false,
    isErrTty: false,
    out: async (data) => {
      written.push(Buffer.from(data));
    },
    err: (text) => {
      err += text;
    },
    stdin: async () => stdin,
  };
  const code = await runCli([...argv, '--home', join(folder, 'home'), '--data', join(folder, 'data')], {
    io,
    openHouse,
    findServer: async () => undefined,
    reside: async () => undefined,
    startRun,
    stopRun,
    observe,
    openDemo,
    glance,
    restore: restoreLedger,
  });
  out = Buffer.concat(written).toString('utf8');
  return { code, out, err };
}

const document = async (argv: readonly string[]) => JSON.parse((await say([...argv, '--json'])).out);

test('usage, models, sessions and an export of every call tell the same totals', async () => {
  const { totals } = await document(['usage', '--by', 'agent']);
  const expected = JSON.parse(readFileSync(join(RECORDED, '../expected.json'), 'utf8')).totals;
  expect(totals).toMatchObject({ calls: expected.calls, input: expected.input, output: expected.output });

  const sum = (list: readonly Record<string, number>[], key: string) =>
    list.reduce((all, item) => all + (item[key] ?? 0), 0);
  expect(sum((await document(['models'])).models, 'tokens')).toBe(totals.tokens);
  const { sessions } = await document(['sessions']);
  expect(
    sum(
      sessions.map((session: { totals: Record<string, number> }) => session.totals),
      'tokens',
    ),
  ).toBe(totals.tokens);
  const lines = (await say(['export', '--format', 'ndjson'])).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(sum(lines, 'tokens')).toBe(totals.tokens);
  expect(JSON.parse((await say(['export', '--format', 'json'])).out)).toEqual(lines);

  const file = join(folder, 'calls.parquet');
  expect((await say(['export', '--output', file])).code).toBe(0);
  const parquet = readParquet(readFileSync(file));
  const column = parquet.columns.findIndex(({ name }) => name === 'tokens');
  expect(parquet.rows.reduce((all, row) => all + Number(row[column]), 0)).toBe(totals.tokens);
});

test('an export tells calls in order of time, and of a project only its own', async () => {
  const log = (session: string, seconds: readonly number[]) => {
    const path = join(folder, `home/.claude/projects/-work/${session}.jsonl`);
    mkdirSync(dirname(path), { recursive: true });
    const line = (second: number) =>
      JSON.stringify({
        type: 'assistant',
        sessionId: session,
        requestId: `req_${second}`,
        timestamp: `2026-05-01T12:00:0${second}.000Z`,
        cwd: second < 4 ? '/work' : '/elsewhere',
        message: {
          id: `msg_${second}`,
          role: 'assistant',
          model: 'claude-opus-4-5',
          content: [],
          usage: { input_tokens: second, output_tokens: 1 },
        },
      });
    writeFileSync(path, `${seconds.map(line).join('\n')}\n`);
  };
  log('one', [1, 3, 5]);
  log('two', [2, 4]);
  const inputs = async (...filters: string[]) => {
    const { out } = await say(['export', '--format', 'ndjson', '--until', '2026-05-01', ...filters]);
    return out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text).input);
  };
  expect(await inputs()).toEqual([1, 2, 3, 4, 5]);
  // A session may have been in several.
  expect(await inputs('--project', '/elsewhere')).toEqual([4, 5]);
});

test('an export says of a call where it was made, and of a tool what usage says', async () => {
  const { rows } = await document(['usage', '--by', 'project,branch']);
  const calls = JSON.parse((await say(['export', '--format', 'json'])).out);
  for (const { key, tokens } of rows) {
    const own = calls.filter(
      (call: typeof key) => call.project === key.project && call.branch === key.branch && key.project !== '',
    );
    expect(own.reduce((sum: number, call: { tokens: number }) => sum + call.tokens, 0)).toBe(tokens);
  }

  const byTool = await document(['usage', '--by', 'tool']);
  const exported = JSON.parse((await say(['export', '--by', 'tool', '--format', 'json'])).out);
  expect(byTool.rows.length).toBeGreaterThan(0);
  expect(exported).toMatchObject(
    byTool.rows.map(({ key, tokens, output, tool_calls, cost_usd }: Record<string, unknown>) => ({
      tool: (key as { tool: string }).tool,
      tokens,
      output,
      tool_calls,
      cost_usd,
      reasoning: null,
    })),
  );
});

test('counts that no call can have used stop nothing: the rest is read, what was dear is unpriced, sums hold', async () => {
  const line = (index: number, input: number) =>
    JSON.stringify({
      type: 'assistant',
      sessionId: 'nonsense',
      requestId: `req_${index}`,
      timestamp: '2026-05-01T12:00:00.000Z',
      cwd: '/work',
      message: {
        id: `msg_${index}`,
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [],
        usage: { input_tokens: input, output_tokens: 5, cache_read_input_tokens: input },
      },
    });
  const counts = [10, 2 ** 53 - 1, 1e21, 999_999_999_999_999, ...Array.from({ length: 30 }, () => 999_999_999_999)];
  writeFileSync(
    join(folder, 'home/.claude/projects/nonsense.jsonl'),
    `${counts.map((count, index) => line(index, count)).join('\n')}\n`,
  );

  const { totals } = await document(['usage', '--by', 'agent', '--session', 'nonsense']);
  expect(totals).toMatchObject({ calls: 34, input: 10 + 30 * 999_999_999_999, output: 170, cost_usd: '0.000333000' });
  expect(totals.unpriced_tokens).toBe(30 * (2 * 999_999_999_999 + 5));
  expect((await say(['verify'])).out).toContain('The ledger is sound');
});

test('session takes the beginning of an id, and shows sub-agents below the main agent', async () => {
  const { sessions } = await document(['sessions']);
  const id: string = sessions[0].session_id;
  const { out, code } = await say(['session', id.slice(0, 8)]);
  expect(code).toBe(0);
  expect(out).toContain(id);
  expect(out).toMatch(/Main agent .*\n├ .*\n└ /);
  const detail = await document(['session', id]);
  expect(detail).toMatchObject({ schema: 'tokenmeter.session/1', session: { session_id: id } });
  expect(detail.calls).toHaveLength(sessions[0].totals.calls);
});

test('tools of an empty period says when there is something, as usage does', async () => {
  const { code, out } = await say(['tools', '--since', '2001-01-01', '--until', '2001-01-02']);
  expect(code).toBe(4);
  expect(out).toContain('No usage in');
  expect(out).toContain('Show everything: --period all');
});

test('session --tools says so where its sums hold the sessions of sub-agents, which the heading does not', async () => {
  const log = fileURLToPath(new URL('../../../core/fixtures/codex/exec-subagent/sessions', import.meta.url));
  cpSync(log, join(folder, 'home/.codex/sessions'), { recursive: true });
  const { sessions } = await document(['sessions', '--agent', 'codex']);
  const child = sessions.find((one: { parent_session_id: string | null }) => one.parent_session_id !== null);
  const { out } = await say(['session', child.parent_session_id, '--tools']);
  const more = child.totals.calls;
  expect(out).toContain(`\nBelow with the sessions of its sub-agents: ${more} call${more === 1 ? '' : 's'} more\n`);
  expect((await say(['session', child.session_id, '--tools'])).out).not.toContain('Below with');
});

test('cost adds up by every key, with words for none, and tasks is its ten dearest tasks', async () => {
  const { sessions } = await document(['sessions']);
  const [first] = sessions;
  expect((await say(['task', 'add', 'Mend the shop', '--session', first.session_id, '--workplan', 'Shop'])).code).toBe(
    0,
  );
  const { totals } = await document(['usage', '--by', 'agent']);
  for (const by of ['repo', 'workplan', 'task', 'commit', 'release', 'pull-request', 'outcome', 'model', 'branch']) {
    const cost = await document(['cost', '--by', by]);
    const tokens = (rows: readonly { tokens: number }[]) => rows.reduce((sum, row) => sum + row.tokens, 0);
    expect([by, tokens(cost.rows)]).toEqual([by, totals.tokens]);
  }
  const table = await say(['tasks', '--period', 'all']);
  expect(table.out).toBe((await say(['cost', '--by', 'task', '--period', 'all'])).out);
  expect(table.out).toContain('Mend the shop');
  const told = await document(['tasks', '--limit', '1']);
  expect(told).toMatchObject({ schema: 'tokenmeter.cost/1', by: 'task' });
  expect(told.rows[0]).toMatchObject({ name: 'Mend the shop' });
  expect((await say(['cost', '--by', 'planet'])).code).toBe(2);
  expect((await say(['tasks', '--limit', 'many'])).code).toBe(2);
});

test('cost of a period without spend says which it is; only a ledger without any says that it has none', async () => {
  const period = ['--since', '2001-01-01', '--until', '2001-01-02', '--tz', 'UTC'];
  const { code, out } = await say(['cost', ...period]);
  expect(code).toBe(4);
  expect(out).toMatch(/^No spend in Jan 1, 2001 to Jan 2, 2001, UTC\. The last event was on \w+ \d+/);
  expect(out).toContain('Show everything: --period all');
  expect((await say(['cost', '--period', 'all', '--repo', 'ghost'])).out).toContain('check --repo');
  rmSync(folder, { recursive: true });
  expect((await say(['cost', ...period])).out).toContain('No token events recorded yet.');
});

test('a price of your own changes the total at once, and taking it back restores it', async () => {
  const before = (await document(['usage'])).totals.cost_usd;
  const model: string = (await document(['models'])).models[0].model;
  const { out } = await say(['prices', 'set', model, '--input', '1000', '--output', '1000']);
  expect(out).toMatch(/^Set the price of .*\.\nTotal of all time: \$\S+ to \$\S+ \(\d+ calls? priced again\)\.\n$/);
  expect(Number((await document(['usage'])).totals.cost_usd)).toBeGreaterThan(Number(before) * 10);
  expect((await say(['prices', 'show', model])).out).toContain('yours');
  await say(['prices', 'remove', model]);
  expect((await document(['usage'])).totals.cost_usd).toBe(before);
  expect(await say(['prices', 'remove', model])).toMatchObject({
    code: 4,
    err: `Cannot remove the price of "${model}": you have set none\n`,
  });
});

test('a bad price is refused and changes nothing', async () => {
  const { code, err } = await say(['prices', 'set', 'x', '--input', 'cheap', '--output', '1']);
  expect(code).toBe(1);
  expect(err).toContain('Cannot set the price of "x"');
});

test('a backup brings the ledger back, and the one it replaces is kept', async () => {
  const { totals } = await document(['usage']);
  const file = join(folder, 'backup.db');
  expect((await say(['backup', file])).code).toBe(0);
  const id = (await document(['sessions'])).sessions[0].session_id;
  expect((await say(['forget', id])).out).toContain('Nothing was deleted.');
  expect((await say(['forget', id, '--yes'])).code).toBe(0);
  expect((await say(['usage', '--json'])).code).toBe(4);
  const { out, code } = await say(['restore', file]);
  expect(code).toBe(0);
  expect(existsSync(/kept as (.*)\.\n/.exec(out)?.[1] ?? '')).toBe(true);
  expect((await document(['usage', '--no-scan'])).totals).toEqual(totals);
  expect((await say(['verify'])).code).toBe(0);
});

test('restoring a file that is no ledger is refused, and the ledger stays', async () => {
  const { totals } = await document(['usage']);
  const log = join(folder, 'home/.claude/projects');
  expect((await say(['restore', join(folder, 'nowhere.db')])).code).toBe(1);
  expect((await say(['restore', join(log, '../../.claude')])).code).toBe(1);
  expect((await document(['usage', '--no-scan'])).totals).toEqual(totals);
});

test('retention tells before it does, and keeps every total', async () => {
  const { totals } = await document(['usage']);
  expect((await say(['retention', '1'])).out).toContain('Nothing was changed.');
  expect((await say(['retention', '1', '--yes'])).out).toContain('Every total stays what it was.');
  const after = await document(['usage']);
  expect(after.totals).toMatchObject({ calls: totals.calls, tokens: totals.tokens, cost_usd: totals.cost_usd });
});

test('settings are set, told and taken back', async () => {
  expect((await say(['config', 'set', 'tz', 'Asia/Tokyo'])).out).toBe('tz is Asia/Tokyo\n');
  expect((await say(['config', 'get', 'tz'])).out).toBe('Asia/Tokyo\n');
  expect((await document(['usage'])).tz).toBe('Asia/Tokyo');
  expect((await document(['config', 'show'])).settings).toMatchObject({
    tz: { value: 'Asia/Tokyo', source: 'config.jsonc' },
    port: { value: '4747', source: 'default' },
  });
  expect((await say(['config', 'set', 'tz', 'Mars/Base'])).code).toBe(2);
  await say(['config', 'set', 'tz', 'default']);
  // A cap in euros, set in the order in which a person meets the settings.
  const cap = await say(['config', 'set', 'monthly_cap', '200 EUR']);
  expect([cap.code, cap.out]).toEqual([0, 'monthly_cap is 200 EUR in the file, but not used yet\n']);
  expect(cap.err).toContain('set currency to EUR and currency_rate');
  const currency = await say(['config', 'set', 'currency', 'EUR']);
  expect(currency.out).toBe('currency is EUR in the file, but not used yet\n');
  expect(currency.err).toContain('currency_rate is not set');
  expect((await say(['config', 'set', 'currency_rate', '0.8'])).out).toBe('currency_rate is 0.8\n');
  expect((await say(['config', 'get', 'monthly_cap'])).out).toBe('200 EUR\n');
  expect((await say(['config', 'get', 'currency'])).out).toBe('EUR\n');
  for (const name of ['monthly_cap', 'currency', 'currency_rate']) await say(['config', 'set', name, 'default']);
  expect(JSON.parse((await say(['config', 'show', '--json'])).out).file).toBe(join(folder, 'data/config.jsonc'));
});

test('the glance of a status line says what the queries say', async () => {
  const { totals, rows } = await document(['usage', '--by', 'session']);
  const glanced = await glance(join(folder, 'data'), {
    sessionId: rows[0].key.session,
    today: 0,
    week: 0,
    month: 0,
    rateSince: 0,
  });
  const nano = BigInt(totals.cost_usd.replace('.', ''));
  expect(glanced).toMatchObject({ today: nano, week: nano, month: nano, recent: nano });
  expect(glanced?.run).toMatchObject({
    cost: BigInt(rows[0].cost_usd.replace('.', '')),
    usage: { input: rows[0].input, cacheRead: rows[0].cache_read, output: rows[0].output },
  });
  const later = { sessionId: 'none', today: 4e12, week: 4e12, month: 4e12, rateSince: 4e12 };
  expect(await glance(join(folder, 'data'), later)).toEqual({ today: 0n, week: 0n, month: 0n, recent: 0n, run: null });
  expect(await glance(join(folder, 'nowhere'), later)).toBeUndefined();
});

test('a status line says nothing of a ledger of a newer schema, and --debug says why', async () => {
  const host = JSON.stringify({
    session_id: 'none',
    model: { display_name: 'Opus 4.6' },
    cost: { total_cost_usd: 3.82 },
  });
  await say(['usage']);
  const line = () =>
    say(['statusline', '--format', '{model} {run.cost}{?month.cost  of {month.cost}}', '--debug'], host);
  // How much of it lies in this month depends on today.
  expect((await line()).out).toMatch(/^Opus 4\.6 \$3\.82 of \$\d/);
  const newer = new DatabaseSync(join(folder, 'data/ledger.db'));
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  const { err, ...rest } = await line();
  expect(rest).toEqual({ code: 0, out: 'Opus 4.6 $3.82\n' });
  expect(err).toContain('its schema is version 99');
});

test('doctor and sources say what was found and how exact it is', async () => {
  const sources = (await document(['sources'])).sources;
  expect(sources.find(({ agent }: { agent: string }) => agent === 'claude-code')).toMatchObject({ state: 'reading' });
  const { out } = await say(['doctor']);
  expect(out).toContain('Claude Code: 3 files');
  expect(out).toContain('How exact it is');
  expect(out).toContain('Codex: not found. Looked in');
});

test('doctor and sources tell of a compressed log that is cut, by name', async () => {
  const path = join(folder, 'home/.codex/sessions/2026/rollout-2026-11-20T10-00-00-a.jsonl.zst');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, zstdCompressSync('{"type":"event_msg"}\n'.repeat(9)).subarray(0, -3));
  expect((await say(['usage'])).err).toContain(`Cannot read "${path}": its compressed bytes end too early`);
  expect((await say(['usage'])).err).toBe('');
  expect((await say(['doctor'])).out.replace(/\s+/g, ' ')).toContain(
    '! Codex: ~/.codex/sessions/2026/rollout-2026-11-20T10-00-00-a.jsonl: its compressed bytes end too early',
  );
  expect((await say(['sources'])).out).toContain('Not read to the end\n  ~/.codex/sessions/2026/rollout-2026');
  const { sources } = await document(['sources']);
  expect(sources.find(({ agent }: { agent: string }) => agent === 'codex').unread).toEqual([
    { path: path.slice(0, -4), why: 'cut' },
  ]);
});

test('a failed export leaves the file of the one before as it was, and nothing beside it', async () => {
  const output = join(folder, 'out/calls.csv');
  const missing = await say(['export', '--output', output]);
  expect(missing).toMatchObject({ code: 1, out: '' });
  expect(missing.err).toBe(
    `Cannot finish "export": "${output}" cannot be written (ENOENT: no such file or directory), check that its folder exists, is yours to write and has free space\n`,
  );
  mkdirSync(dirname(output));
  expect((await say(['export', '--output', output])).code).toBe(0);
  const before = readFileSync(output, 'utf8');
  // Found wrong only when the writing has begun.
  expect((await say(['export', '--by', 'colour', '--output', output])).code).toBe(2);
  expect(readFileSync(output, 'utf8')).toBe(before);
  expect(readdirSync(dirname(output))).toEqual(['calls.csv']);
});
