import { expect, test } from 'vitest';
import { buckets, liveNow, liveRun, liveThread, START } from '../../../test/live-run.ts';
import { Board } from '../live/board.ts';
import { openScreen } from '../screen.ts';
import { displayWidth } from '../width.ts';
import { frameOf } from './frame.ts';
import { FIRST_STATE, type TopState } from './state.ts';

const NOW = Date.parse(START) + 42 * 60_000;
const io = (env: Record<string, string>) =>
  ({ env: { LANG: 'en_US.UTF-8', ...env }, platform: 'linux', isOutTty: true, columns: 80 }) as never; // -- all that a screen asks

const RUNS = [
  liveRun({
    run_id: 'aaa1',
    title: 'Refactor price table loader',
    context: { used: 182_000, window: 200_000, percent: 91 },
    spend: { cost_usd: '6.910000000', cost_complete: true, unpriced_tokens: 0 },
    cap: {
      kind: 'run',
      amount_usd: '7.000000000',
      spent_usd: '6.910000000',
      percent: 98,
      state: 'critical',
      stops_in_seconds: 65,
      overshoot_bound_usd: '0.200000000',
      overshoot_usd: null,
    },
  }),
  liveRun({
    run_id: 'bbb2',
    threads: [
      liveThread({ thread_id: 's1', parent_thread_id: null }),
      liveThread({ thread_id: 's1:a', name: 'test-writer' }),
      liveThread({ thread_id: 's1:b', name: 'explore', parent_thread_id: 's1:a' }),
      liveThread({ thread_id: 's1:c', name: 'reviewer', status: 'completed', ended_at: START }),
    ],
  }),
  liveRun({
    run_id: 'ccc3',
    title: 'Index docs',
    agent: 'gemini-cli',
    model: 'gemini-3-flash-preview',
    spend: { cost_usd: null, cost_complete: false, unpriced_tokens: 5_000 },
    usage: buckets(5_000),
    estimated_tokens: 40,
    context: { used: null, window: null, percent: null },
    activity: { state: 'quiet', since: START, tool: null, message: null },
  }),
];

function draw(
  columns: number,
  rows: number,
  state: Partial<TopState> = {},
  options: { env?: Record<string, string>; offline?: number; runs?: typeof RUNS } = {},
): readonly string[] {
  const board = new Board();
  board.take({ event: 'usage_snapshot', data: liveNow(options.runs ?? RUNS) });
  if (options.offline !== undefined) board.lost(options.offline);
  return frameOf({
    board,
    state: { ...FIRST_STATE, ...state },
    screen: openScreen(io({ NO_COLOR: '1', ...options.env })),
    size: { columns, rows },
    now: NOW,
    tz: 'UTC',
  });
}

test('frameOf() draws runs by cost with their sub-agents as a tree, the selected one in detail', () => {
  expect(draw(120, 24).join('\n')).toMatchInlineSnapshot(`
    " tokenmeter   $6.40/h   ▂▅█▂▅█▂▅█▂▅█▂▅█   today $18.42   cache 94%                                        live 12:42:00
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
       RUN                                         AGENT        MODEL           CONTEXT              COST▾       CAP    AGE
    >● Refactor price table loader                 Claude Code  Opus 4.6        █████████▏ 91%!!     $6.91   $7.00!!    42m
     ● Migrate session store to SQLite WAL         Claude Code  Opus 4.6        ██████▍··· 64%       $3.82              42m
       ├ test-writer  writing                      Claude Code  Haiku 4.5       █▎········ 12%       $0.06              42m
       │ └ explore  writing                        Claude Code  Haiku 4.5       █▎········ 12%       $0.06              42m
       └ reviewer  done                            Claude Code  Haiku 4.5       █▎········ 12%       $0.06               0s
     ◌ Index docs                                  Gemini CLI   gemini-3-flas…                           ?              42m









    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     Refactor price table loader · ledger-api · feat/wal · aaa1
     in 38.6k   out 71.5k   cache read 3.06M   cache write 274k   3.7k/min out   writing
     12 calls   own $2.47   sub-agents $1.35   $6.40/h   stops at $7.00, in about 1 min
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     ↑↓ move  → tree  ⏎ calls  x interrupt  s sort  / filter  1 3 period  b cost/tokens  p pause  ? help  q quit"
  `);
});

test('a run that is over comes to no cap any more: its detail tells the cap it had', () => {
  const [first] = RUNS;
  const ended = liveRun({ ...first, run_id: 'aaa1', ended_at: START, status: 'success' });
  const lines = draw(120, 30, {}, { runs: [ended] }).join('\n');
  expect(lines).toContain('cap $7.00');
  expect(lines).not.toContain('stops at');
});

test.each([
  [100, ['AGENT', 'MODEL', 'CONTEXT', 'COST', 'CAP', 'AGE']],
  [99, ['AGENT', 'CONTEXT', 'COST', 'CAP', 'AGE']],
  [80, ['CONTEXT', 'COST', 'CAP', 'AGE']],
  [55, ['CONTEXT', 'COST', 'AGE']],
  [45, ['COST']],
])('at %i columns these columns are left: %j', (columns, left) => {
  const header = draw(columns, 24)[2] ?? '';
  const all = ['AGENT', 'MODEL', 'CONTEXT', 'COST', 'CAP', 'AGE'];
  expect(all.filter((head) => header.includes(head))).toEqual(left);
});

test.each([
  [200, 50],
  [120, 30],
  [80, 24],
  [69, 19],
  [49, 11],
  [30, 6],
  [20, 3],
])('a frame of %i × %i fits the terminal', (columns, rows) => {
  const states: Partial<TopState>[] = [
    {},
    { isDetail: true },
    { asking: { what: 'help' } },
    { asking: { what: 'stop', runId: 'bbb2' } },
    { filter: 'nothing' },
  ];
  for (const state of states) {
    for (const env of [{ LANG: 'en_US.UTF-8' }, { LANG: 'C' }]) {
      const lines = draw(columns, rows, state, { env });
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
    }
  }
});

test('small terminals lose the detail, then the keys', () => {
  expect(draw(120, 20).join('\n')).toContain('cache write');
  expect(draw(120, 19).join('\n')).not.toContain('cache write');
  expect(draw(120, 12).join('\n')).toContain('q quit');
  expect(draw(120, 11).join('\n')).not.toContain('q quit');
});

test('the question before a stop names the run and the sub-agents that go with it', () => {
  expect(draw(120, 24, { asking: { what: 'stop', runId: 'bbb2' } }).at(-1)).toBe(
    ' Stop "Migrate session store to SQLite WAL" and 2 sub-agents? Enter stops, Esc goes back',
  );
});

test('cut off, the frame says since when and the dots are hollow', () => {
  const text = draw(120, 24, {}, { offline: Date.parse('2026-11-21T12:02:00Z') }).join('\n');
  expect(text).toContain('offline since 12:02');
  expect(text).not.toContain('●');
});

test('nothing running says what to do; a filter that hides all says how many', () => {
  expect(draw(80, 24, {}, { runs: [] }).join('\n')).toContain('Nothing is running');
  expect(draw(80, 24, { filter: 'zzz' }).join('\n')).toContain('No runs match "zzz", 3 hidden');
});

test('a title cannot move the cursor, and ASCII terminals get ASCII', () => {
  const runs = [liveRun({ run_id: 'x', title: 'evil \u001b[2J\u0007title' })];
  const text = draw(120, 24, {}, { runs, env: { LANG: 'C' } }).join('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(text).not.toMatch(/[\u001b\u0007]/);
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
});
