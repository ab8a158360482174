import { expect, test } from 'vitest';
import type { Glance } from '../glance.ts';
import { runStatusline } from '../statusline.ts';
import { renderParts, renderTemplate } from './statusline/template.ts';

/** As Claude Code 2.1 sends it, shortened. */
const HOST = {
  session_id: '4d6ee46e-3d34-41d7-9a4f-5bfa8ebc4cf8',
  cwd: '/home/ada/ledger-api',
  model: { id: 'claude-opus-4-6-20260101', display_name: 'Opus 4.6' },
  workspace: { current_dir: '/home/ada/ledger-api', project_dir: '/home/ada/ledger-api' },
  cost: { total_cost_usd: 3.82, total_duration_ms: 2_520_000 },
  context_window: {
    context_window_size: 200_000,
    current_usage: {
      input_tokens: 9,
      output_tokens: 31,
      cache_creation_input_tokens: 8_150,
      cache_read_input_tokens: 119_841,
    },
    used_percentage: 64,
  },
};

const GLANCE: Glance = {
  today: 18_420_000_000n,
  week: 60_000_000_000n,
  month: 468_180_000_000n,
  recent: 1_066_666_667n,
  run: {
    cost: 3_500_000_000n,
    usage: { input: 38_600, output: 71_500, cacheRead: 3_060_000, cacheWrite5m: 274_000, cacheWrite1h: 0 },
  },
};

interface Asked {
  argv?: string[];
  env?: Record<string, string>;
  stdin?: string;
  glance?: () => Promise<Glance | undefined>;
}

async function line({ argv = [], env = {}, stdin = JSON.stringify(HOST), glance = async () => GLANCE }: Asked = {}) {
  let out = '';
  let err = '';
  await runStatusline(['--data', '/nowhere/at/all', ...argv], {
    env: { NO_COLOR: '1', ...env },
    platform: 'linux',
    now: Date.parse('2026-11-21T12:00:00Z'),
    glance,
    stdin: async () => stdin,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { out, err };
}

test('the default line says model, context, run, today and rate', async () => {
  expect((await line()).out).toBe('Opus 4.6  ctx 64% 128k/200k  $3.82 run  $18.42 today  $6.40/h\n');
});

test.each([
  ['69', 'Opus 4.6  ctx 64% 128k/200k  $3.82 run  $18.42 today\n'],
  ['57', 'Opus 4.6  ctx 64%  $3.82 run  $18.42 today\n'],
  ['43', 'ctx 64%  $3.82 run  $18.42 today\n'],
  ['29', '64% $3.82\n'],
])('at %s columns it gives way', async (columns, expected) => {
  expect((await line({ env: { COLUMNS: columns } })).out).toBe(expected);
});

test('without a ledger it says what the host alone can tell', async () => {
  expect((await line({ glance: async () => undefined })).out).toBe('Opus 4.6  ctx 64% 128k/200k  $3.82 run\n');
});

test('a ledger that cannot be read is silent, and told of with --debug', async () => {
  const glance = async () => {
    throw new Error('disk on fire');
  };
  expect(await line({ glance })).toEqual({ out: 'Opus 4.6  ctx 64% 128k/200k  $3.82 run\n', err: '' });
  expect((await line({ glance, argv: ['--debug'] })).err).toContain('disk on fire');
});

test.each([
  ['not json'],
  [''],
  ['{"cut":'],
  ['null'],
  ['[]'],
  ['42'],
  ['{"context_window":"x","model":[],"cost":null}'],
])('input %j prints no error', async (stdin) => {
  const { out, err } = await line({ stdin, glance: async () => undefined });
  expect({ out, err }).toEqual({ out: '', err: '' });
});

test('a fresh session without a call shows no context, rather than a guess', async () => {
  const stdin = JSON.stringify({ ...HOST, context_window: { context_window_size: 200_000, current_usage: null } });
  expect((await line({ stdin })).out).toBe('Opus 4.6  $3.82 run  $18.42 today  $6.40/h\n');
});

test('the cost of a run is the larger telling: a cost only grows', async () => {
  const run = { cost: 5_000_000_000n, usage: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 } };
  expect((await line({ glance: async () => ({ ...GLANCE, run }), argv: ['--format', '{run.cost}'] })).out).toBe(
    '$5.00\n',
  );
});

test('near its limit a figure gets its colour and its character, and only that figure', async () => {
  const window = { context_window_size: 200_000, current_usage: { input_tokens: 182_000 } };
  const stdin = JSON.stringify({ ...HOST, context_window: window });
  expect((await line({ stdin, env: { COLUMNS: '40' } })).out).toContain('ctx 91%!!  $3.82');
  const painted = await line({ stdin, env: { COLUMNS: '40', NO_COLOR: '' } });
  expect(painted.out).toContain('ctx \u001b[31m91%!!\u001b[39m  $3.82 run');
});

test('a template prints fields, keeps unknown ones and drops what does not exist', async () => {
  const format =
    '{model} {ctx.bar:10} {ctx.used}{?run.cap  of {run.cap}} {nope} {run.in}/{run.out} {run.hit} {repo} {run.elapsed} {branch}';
  expect((await line({ argv: ['--format', format] })).out).toBe(
    'Opus 4.6 ██████···· 128k {nope} 38.6k/71.5k 91% ledger-api 42m —\n',
  );
});

test('the monthly cap shows where one is set', async () => {
  const { out } = await line({ argv: ['--preset', 'money'], env: { TOKENMETER_MONTHLY_CAP_USD: '600' } });
  expect(out).toBe('$3.82 run  $18.42 today  $468.18 month 78%!  $6.40/h\n');
});

test('an unknown preset is the default, and told of with --debug', async () => {
  const { out, err } = await line({ argv: ['--preset', 'loud', '--debug'] });
  expect(out).toContain('Opus 4.6  ctx 64%');
  expect(err).toContain('There is no preset "loud"');
});

test('a host that gives another percentage by more than five points is told of, and ours is printed', async () => {
  const stdin = JSON.stringify({ ...HOST, context_window: { ...HOST.context_window, used_percentage: 80 } });
  const { out, err } = await line({ stdin, argv: ['--debug'] });
  expect(out).toContain('ctx 64%');
  expect(err).toContain('Context is 64% by the last request, 80% by the host');
});

test('names from the host cannot move the cursor or break the line', async () => {
  const stdin = JSON.stringify({ ...HOST, model: { id: 'x\u001b[2J\ny', display_name: 'x\u001b[2J\ny' } });
  expect((await line({ stdin, argv: ['--format', '{model}'] })).out).toBe('x[2J y\n');
});

test('renderParts() drops a part with a missing field, but not for a missing optional one', () => {
  const read = (name: string) => (name === 'a' ? 'A' : name === 'gone' ? null : undefined);
  expect(renderParts('{a} x  {gone} y  {a}{?gone  !}', read)).toBe('A x  A');
  expect(renderTemplate('{a {b}', read)).toBe('{a {b}');
});
