/** The built command line against a generated home: every cell of every table is the truth, before and after it grows. */
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Place, tokenmeter, usageOf } from './command-line.ts';
import { type Corpus, generateCorpus } from './corpus/corpus.ts';
import type { TrueTotals } from './corpus/truth.ts';

const SIZE = { claude: 24, codex: 18 };

let folder: string;
let place: Place;
let corpus: Corpus;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-corpus-'));
  place = { home: join(folder, 'home'), data: join(folder, 'data') };
  corpus = generateCorpus('first', SIZE);
  corpus.writeTo(place.home);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

type TrueKey = Parameters<Corpus['truth']['by']>[0][number];
const TABLES: readonly (readonly TrueKey[])[] = [
  ['day'],
  ['model'],
  ['day', 'model'],
  ['agent'],
  ['agent', 'model'],
  ['project'],
  ['session'],
  ['hour'],
  ['session', 'model'],
];

/** Every table of the truth that the command line can print, cell by cell. */
async function expectTruth(at: Place): Promise<void> {
  for (const keys of TABLES) {
    const { totals, rows } = await usageOf(at, keys.join(','));
    const told = Object.fromEntries(rows.map((row) => [keys.map((key) => row.key[key]).join(' | '), figures(row)]));
    expect(told, `by ${keys.join(', ')}`).toEqual(corpus.truth.by(keys));
    expect(figures(totals), `totals by ${keys.join(', ')}`).toEqual(corpus.truth.totals());
  }
  const { rows } = await usageOf(at, 'tool');
  const tools = Object.fromEntries(rows.map(({ key, tool_calls }) => [key.tool, tool_calls]));
  expect(tools, 'by tool').toEqual(corpus.truth.byTool());
}

function figures(totals: TrueTotals): TrueTotals {
  const { calls, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, tokens, tool_calls } = totals;
  return { calls, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, tokens, tool_calls };
}

describe('generateCorpus()', () => {
  it('makes the same bytes and the same truth of the same seed, and others of another', () => {
    const spelled = (seed: string) => {
      const { files, truth } = generateCorpus(seed, { claude: 4, codex: 4 });
      return JSON.stringify([files.map(({ path, text }) => [path, text]), truth.totals()]);
    };
    expect(spelled('x')).toBe(spelled('x'));
    expect(spelled('x')).not.toBe(spelled('y'));
  });

  it('holds every trap it promises', () => {
    const text = corpus.files.map((file) => file.path + file.text).join('\n');
    const traps = {
      'streamed duplicates': /"id":"(msg_01\w+)"[^\n]*\n[^\n]*"id":"\1"/,
      'sub-agents beside and below their session': /\/agent-a[0-9a-f]{7}\.jsonl[\s\S]*\/subagents\/agent-/,
      'mirrored sub-agents': /"type":"agent_progress"/,
      'forked sessions': /"forkedFrom":/,
      'handed-over sessions': /"sessionKind":"bg"/,
      'side questions': /aside_question-/,
      'gateway ids': /"id":"chatcmpl-/,
      advisors: /"type":"advisor_message"/,
      'synthetic records': /"model":"<synthetic>"/,
      'null in tool input': /"sql":"select 1","id":null/,
      'quoted usage': /msg_decoy/,
      'NUL bytes': /\0{64}/,
      'fast mode': /"speed":"fast"/,
      compactions: /compact_boundary[\s\S]*"type":"compacted"/,
      'rate limits without counts': /"info":null/,
      'zeroed totals': /"last_token_usage":\{"input_tokens":0,/,
      'forked rollouts': /"forked_from_id":/,
      'spawned rollouts': /"thread_spawn":/,
      'archived rollouts': /archived_sessions/,
    };
    const missing = Object.entries(traps).filter(([, trap]) => !trap.test(text));
    expect(missing.map(([name]) => name)).toEqual([]);
    expect(corpus.files.some((file) => /[^\n]$/.test(file.text))).toBe(true);
  });
});

describe('tokenmeter usage', () => {
  it('tells the truth in every cell of every table', { timeout: 120_000 }, async () => {
    await expectTruth(place);
  });

  it('tells the same when it is asked again', async () => {
    const first = await usageOf(place, 'day,model');
    const again = await usageOf(place, 'day,model');
    expect({ ...again, generated_at: '' }).toEqual({ ...first, generated_at: '' });
  });

  it('tells the same from logs it has never seen before', async () => {
    const fresh = { home: place.home, data: join(folder, 'fresh') };
    const [known, read] = [await usageOf(place, 'session'), await usageOf(fresh, 'session')];
    expect(read.rows).toEqual(known.rows);
  });

  it('follows what grew, what is new and what moved into the archive', { timeout: 120_000 }, async () => {
    corpus.grow();
    corpus.writeTo(place.home);
    const moved = corpus.files.filter(({ path }) => path.startsWith('.codex/sessions/')).slice(0, 3);
    mkdirSync(join(place.home, '.codex/archived_sessions'), { recursive: true });
    for (const { path } of moved)
      renameSync(join(place.home, path), join(place.home, '.codex/archived_sessions', basename(path)));
    await expectTruth(place);
  });

  it('keeps what it knows when the logs are deleted', async () => {
    rmSync(join(place.home, '.claude'), { recursive: true });
    const { totals } = await usageOf(place, 'agent');
    expect(figures(totals)).toEqual(corpus.truth.totals());
  });
});

describe('tokenmeter verify', () => {
  it('finds nothing wrong', async () => {
    const { code, stdout, stderr } = await tokenmeter(['verify', '--home', place.home, '--data', place.data]);
    expect(stderr + stdout).not.toMatch(/differs|wrong|failed/i);
    expect(code).toBe(0);
  });
});
