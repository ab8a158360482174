/** What the model says in the recordings of the demo: sessions as one sees them, with the usage that they would have. */
import type { Client } from './programs.ts';
import type { Lane, ScriptedTool, Turn } from './script.ts';

export interface DemoScript {
  readonly name: string;
  readonly title: string;
  readonly agent: Extract<Client, 'claude-code' | 'codex'>;
  readonly model: string;
  readonly project: string;
  /** Files of the project by their size. */
  readonly files?: Readonly<Record<string, number>>;
  readonly lanes: readonly Lane[];
}

interface Step {
  /** New tokens that entered the context. */
  readonly grows: number;
  readonly output: number;
  readonly tools?: readonly ScriptedTool[];
  readonly reasoning?: number;
}

/** A conversation whose context grows: what was there is read from the cache, what is new is written to it. */
function conversation(start: number, steps: readonly Step[], writes: boolean): readonly Turn[] {
  let cached = 0;
  let context = start;
  return steps.map(({ grows, output, tools, reasoning = 0 }, index) => {
    context += grows;
    const fresh = context - cached;
    const usage = writes
      ? { input: 4 + (index % 5), cacheRead: cached, cacheWrite5m: fresh, output, reasoning: 0 }
      : { input: fresh, cacheRead: cached, output, reasoning };
    cached = context;
    context += output;
    return {
      text: 'word '.repeat(Math.max(4, Math.floor(output / 4))),
      pieces: 6,
      pauseMs: 25,
      usage,
      ...(tools ? { tools } : {}),
    };
  });
}

const claude = (start: number, steps: readonly Step[]) => conversation(start, steps, true);
const codex = (start: number, steps: readonly Step[]) => conversation(start, steps, false);

let calls = 0;
const id = (kind: string) => `${kind}_demo${String(++calls).padStart(4, '0')}`;
const read = (file: string): ScriptedTool => ({ id: id('toolu'), name: 'Read', input: { file_path: `./${file}` } });
const bash = (characters: number, seconds = 0.4): ScriptedTool => ({
  id: id('toolu'),
  name: 'Bash',
  input: { command: `sleep ${seconds}; head -c ${characters} /dev/zero | tr '\\0' x`, description: 'npm test' },
});
const grep = (): ScriptedTool => ({ id: id('toolu'), name: 'Grep', input: { pattern: 'line', output_mode: 'count' } });
const helper = (asks: string, type: string, model: string): ScriptedTool => ({
  id: id('toolu'),
  name: 'Agent',
  input: { description: asks.toLowerCase(), prompt: asks, subagent_type: type, model, run_in_background: false },
});
const exec = (characters: number, seconds = 0.4): ScriptedTool => ({
  id: id('call'),
  name: 'exec_command',
  input: { cmd: `sleep ${seconds}; head -c ${characters} /dev/zero | tr '\\0' x`, yield_time_ms: 5_000 },
});

const FILES = { 'store.ts': 18_000, 'wal.ts': 9_000, 'session.ts': 24_000, 'README.md': 4_000 };

export const DEMO_SCRIPTS: readonly DemoScript[] = [
  {
    name: 'migrate',
    title: 'Migrate session store to SQLite WAL',
    agent: 'claude-code',
    model: 'claude-opus-4-6',
    project: 'ledger-api',
    files: FILES,
    lanes: [
      {
        name: 'tests',
        asks: 'Write concurrency tests',
        turns: claude(9_400, [
          { grows: 0, output: 310, tools: [bash(6_000)] },
          { grows: 1_900, output: 1_480, tools: [bash(9_000, 0.8)] },
          { grows: 2_700, output: 2_210, tools: [bash(12_000, 1)] },
          { grows: 3_600, output: 960, tools: [bash(3_000)] },
          { grows: 900, output: 420 },
        ]),
      },
      {
        name: 'explore',
        asks: 'Map the callers',
        turns: claude(8_200, [
          { grows: 0, output: 180, tools: [grep()] },
          { grows: 400, output: 220, tools: [bash(14_000)] },
          { grows: 4_100, output: 260, tools: [bash(22_000, 0.6)] },
          { grows: 6_400, output: 640 },
        ]),
      },
      {
        name: 'main',
        asks: 'DEMO-TASK',
        turns: claude(21_300, [
          { grows: 0, output: 240, tools: [read('store.ts')] },
          { grows: 5_600, output: 380, tools: [read('session.ts'), read('wal.ts')] },
          { grows: 10_400, output: 720, tools: [bash(8_000)] },
          {
            grows: 2_500,
            output: 640,
            tools: [
              helper('Write concurrency tests', 'general-purpose', 'sonnet'),
              helper('Map the callers', 'Explore', 'haiku'),
            ],
          },
          { grows: 1_800, output: 3_900, tools: [bash(16_000, 0.8)] },
          { grows: 5_000, output: 4_400, tools: [bash(24_000, 1)] },
          { grows: 7_600, output: 2_600, tools: [read('session.ts')] },
          { grows: 7_100, output: 5_100, tools: [bash(30_000, 1)] },
          { grows: 9_300, output: 1_900, tools: [bash(6_000)] },
          { grows: 1_900, output: 860 },
        ]),
      },
    ],
  },
  {
    name: 'flaky',
    title: 'Fix flaky checkout end-to-end test',
    agent: 'codex',
    model: 'gpt-5.3-codex',
    project: 'shop-web',
    lanes: [
      {
        name: 'main',
        asks: 'DEMO-TASK',
        turns: codex(96_000, [
          { grows: 0, output: 540, reasoning: 256, tools: [exec(9_000)] },
          { grows: 14_200, output: 820, reasoning: 384, tools: [exec(18_000)] },
          { grows: 21_000, output: 1_240, reasoning: 640, tools: [exec(24_000, 0.9)] },
          { grows: 27_500, output: 2_100, reasoning: 896, tools: [exec(28_000, 0.9)] },
          { grows: 24_100, output: 3_300, reasoning: 1_024, tools: [exec(20_000)] },
          { grows: 18_800, output: 1_700, reasoning: 512, tools: [exec(16_000, 1)] },
          { grows: 19_300, output: 2_450, reasoning: 768, tools: [exec(12_000)] },
          { grows: 12_900, output: 980, reasoning: 320 },
        ]),
      },
    ],
  },
  {
    name: 'index-docs',
    title: 'Index product docs for search',
    agent: 'claude-code',
    model: 'acme-coder-2',
    project: 'docs-search',
    files: FILES,
    lanes: [
      {
        name: 'main',
        asks: 'DEMO-TASK',
        turns: claude(18_700, [
          { grows: 0, output: 210, tools: [read('README.md')] },
          { grows: 1_300, output: 1_900, tools: [bash(9_000, 0.8)] },
          { grows: 2_800, output: 2_700, tools: [bash(14_000, 0.8)] },
          { grows: 4_300, output: 1_100, tools: [bash(4_000)] },
          { grows: 1_300, output: 520 },
        ]),
      },
    ],
  },
  {
    name: 'price-table',
    title: 'Refactor price table loader',
    agent: 'claude-code',
    model: 'claude-sonnet-4-6',
    project: 'ledger-api',
    files: FILES,
    lanes: [
      {
        name: 'main',
        asks: 'DEMO-TASK',
        turns: claude(20_100, [
          { grows: 0, output: 330, tools: [read('store.ts')] },
          { grows: 5_500, output: 1_600, tools: [bash(12_000, 0.7)] },
          { grows: 3_800, output: 2_900, tools: [bash(18_000, 0.9)] },
          { grows: 5_600, output: 3_400, tools: [bash(26_000, 0.9)] },
          { grows: 8_000, output: 1_200, tools: [bash(7_000)] },
          { grows: 2_200, output: 700 },
        ]),
      },
    ],
  },
];
