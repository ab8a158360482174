import { expect, test } from 'vitest';
import { type FakeHouse, fakeHouse } from '../../test/fake-house.ts';
import { say, unpainted } from '../../test/fake-terminal.ts';
import { displayWidth } from './width.ts';

const at = (text: string) => Date.parse(text);

/** November so far: three agents, one of them on a model nobody has a price for. */
function november(config: Parameters<typeof fakeHouse>[1] = {}): FakeHouse {
  const house = fakeHouse('2026-11-21T12:00:00Z', { tz: 'Europe/Berlin', ...config });
  house.ledger.add(
    {
      at: at('2026-11-03T10:00:00Z'),
      usage: { input: 1_920_000, output: 3_840_000, cacheRead: 249_000_000, cacheWrite5m: 11_900_000 },
    },
    {
      at: at('2026-11-18T10:00:00Z'),
      model: 'claude-sonnet-4-5',
      session: 's2',
      usage: { input: 840, output: 1_120, cacheRead: 71_200 },
    },
    {
      at: at('2026-11-19T10:00:00Z'),
      agent: 'codex',
      seller: 'openai',
      model: 'gpt-5.3-codex',
      session: 's3',
      usage: { input: 18_400_000, output: 2_310_000, cacheRead: 122_000_000 },
    },
    {
      at: at('2026-11-20T10:00:00Z'),
      agent: 'gemini-cli',
      seller: 'google',
      model: 'no-such-model-9',
      session: 's4',
      usage: { input: 1_800_000, output: 100_000 },
    },
    { at: at('2026-10-31T10:00:00Z'), usage: { input: 5, output: 5 } },
  );
  return house;
}

const WIDTHS = [40, 60, 80, 100, 120, 200];

test.each(WIDTHS)('usage --by agent at %i columns is this table', async (columns) => {
  const { out, code } = await say(november({ monthlyCapUsd: '600' }), ['usage', '--by', 'agent'], {
    columns,
    env: { NO_COLOR: '1' },
  });
  expect(code).toBe(0);
  expect(out).toMatchSnapshot();
});

test.each([20, 39, ...WIDTHS])(
  'tools at %i columns writes tokens short, and no line of its table is wider',
  async (columns) => {
    const { out } = await say(november(), ['tools'], { columns });
    const table = unpainted(out).split('\n\n')[1] ?? '';
    expect(table).toMatch(/\d(\.\d+)?M\b/);
    expect(table).not.toMatch(/\d{6}/);
    for (const line of table.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
  },
);

test.each([20, 26, 39, ...WIDTHS])(
  'no line of any usage table is wider than %i columns, and no number is cut',
  async (columns) => {
    for (const by of ['agent', 'day', 'model', 'project,session', 'day,agent,model,project', 'caller,branch,thread']) {
      const { out } = await say(november(), ['usage', '--by', by], { columns });
      const table = unpainted(out).split('\n\n')[1] ?? '';
      for (const line of table.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
      // Money is never cut: every figure has its cents or is a dash.
      for (const [figure] of table.matchAll(/\$\S*/g)) expect(figure).toMatch(/^\$[\d,]+\.\d\d$/);
    }
  },
);

test('colour is used on a terminal only, and not under NO_COLOR, --color=never or a dumb terminal', async () => {
  const painted = async (argv: string[], columns: number | undefined, env: Record<string, string> = {}) =>
    (await say(november(), ['usage', ...argv], { ...(columns === undefined ? {} : { columns }), env })).out.includes(
      '\u001b',
    );
  expect(await painted([], 100)).toBe(true);
  expect(await painted([], undefined)).toBe(false);
  expect(await painted([], 100, { NO_COLOR: '1' })).toBe(false);
  expect(await painted([], 100, { TERM: 'dumb' })).toBe(false);
  expect(await painted(['--color=never'], 100)).toBe(false);
  expect(await painted(['--no-color'], 100)).toBe(false);
  expect(await painted(['--color=always'], undefined, { NO_COLOR: '1' })).toBe(true);
  expect(await painted([], undefined, { FORCE_COLOR: '1' })).toBe(true);
});

test('a locale without UTF-8, or --ascii, gets ASCII only', async () => {
  for (const [argv, env] of [
    [['--ascii'], {}],
    [[], { LANG: 'C' }],
  ] as const) {
    const { out } = await say(november(), ['usage', '--by', 'agent', ...argv], {
      columns: 120,
      env: { ...env, NO_COLOR: '1' },
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what ASCII is
    expect(out).toMatch(/^[\x00-\x7f]*$/);
  }
});

test('piped output has exact integers, raw names and nothing cut', async () => {
  const { out } = await say(november(), ['usage', '--by', 'agent,model,project']);
  expect(out).toContain('claude-code');
  expect(out).toContain('/home/ada/house');
  expect(out).toMatch(/\b249000000\b/);
  expect(out).not.toMatch(/[█▏…]/);
});

test('the first line names the period and the zone, and how much of the month is spent', async () => {
  const { out } = await say(november({ monthlyCapUsd: '600' }), ['usage'], { columns: 100, env: { NO_COLOR: '1' } });
  expect(out.split('\n')[0]).toMatch(
    /^November 2026, 1 to 21, Europe\/Berlin +\$\d+\.\d\d \? {2}(! )?\d+% of \$600\.00$/,
  );
});

test('a model without a price is named below the table, and its rows carry a question mark', async () => {
  const { out } = await say(november(), ['usage', '--by', 'model'], { columns: 100, env: { NO_COLOR: '1' } });
  expect(out).toContain('? 1.90M tokens on no-such-model-9 have no price. tokenmeter prices set no-such-model-9');
  expect(out).toMatch(/no-such-model-9.* — \?\n/);
});

test('--models lists the models of each row below it', async () => {
  const { out } = await say(november(), ['usage', '--by', 'agent', '--models'], {
    columns: 100,
    env: { NO_COLOR: '1' },
  });
  expect(out).toMatch(/Claude Code .*\n {2}Opus 4\.5, Sonnet 4\.5\n/);
});

test('a period without usage says so, says since when there is some, and exits with 4', async () => {
  const { out, code } = await say(november(), ['usage', '--since', '2025-01-01', '--until', '2025-01-31'], {
    columns: 100,
  });
  expect(code).toBe(4);
  expect(out).toContain('No usage in Jan 1, 2025 to Jan 31, 2025, Europe/Berlin. The first recorded day is Oct 31.');
});

test('the summary of a month without usage says when there was some', async () => {
  const house = november();
  house.clock.nowMs = Date.parse('2027-03-05T12:00:00Z');
  const { out, code } = await say(house, [], { columns: 100 });
  expect(code).toBe(0);
  expect(out).toMatch(/The last call was on Nov \d+, 2026\. tokenmeter usage --period all shows everything\./);
});

test('where no period left anything out, it is not said to ask for everything', async () => {
  const { out, code } = await say(november(), ['usage', '--period', 'all', '--model', 'nobody'], { columns: 100 });
  expect(code).toBe(4);
  expect(out).toContain('Nothing that was recorded is of what was asked for');
  expect(out).not.toContain('--period all');
});

test.each([12, 30, 40, 60])('sources at %i columns keeps every path whole and no line of it wider', async (columns) => {
  const path = '/home/ada/.config/Claude/local-agent-mode-sessions';
  const house = november();
  house.ingest.roots_ = [{ agent: 'claude-code', path, because: 'default', exists: true }];
  const { out } = await say(house, ['sources'], { columns });
  const places = unpainted(out).split('Looked in\n')[1]?.trimEnd().split('\n') ?? [];
  expect(places.filter((line) => displayWidth(line) > columns)).toEqual([]);
  const shown = places.map((line) => line.trim()).join('');
  expect(shown.replace(/^found\s*/, '')).toMatch(/^(~|\/home\/ada)\/\.config\/Claude\/local-agent-mode-sessions$/);
});

test('an empty ledger names the places that were looked at', async () => {
  const house = fakeHouse('2026-11-21T12:00:00Z');
  house.ingest.roots_ = [
    { agent: 'claude-code', path: '/home/ada/.claude/projects', because: 'default', exists: false },
  ];
  const { out, code } = await say(house, ['usage'], { columns: 100 });
  expect(code).toBe(4);
  expect(out).toContain('No usage yet. 0 of 1 places');
  expect(out).toContain('/home/ada/.claude/projects');
});

test('control characters of a name never reach the terminal', async () => {
  const house = fakeHouse('2026-11-21T12:00:00Z');
  house.ledger.add({ at: at('2026-11-20T10:00:00Z'), branch: 'evil\u001b[2Jname\nnext', usage: { input: 5 } });
  const { out } = await say(house, ['usage', '--by', 'branch'], { columns: 80, env: { NO_COLOR: '1' } });
  expect(out).toContain('evil[2Jname next');
  expect(out).not.toContain('\u001b');
});

test('the bare command shows today, this month, agents, models and where the dashboard is', async () => {
  const { out, code } = await say(november({ monthlyCapUsd: '600' }), [], { columns: 100, env: { NO_COLOR: '1' } });
  expect(code).toBe(0);
  expect(out).toMatchSnapshot();
});
