/** The agents' readers against generated homes, without a ledger: every table of the fold is the truth, for many seeds. */
import { describe, expect, it } from 'vitest';
import type { Agent } from '../packages/core/src/agents/agent.ts';
import { agents } from '../packages/core/src/agents/index.ts';
import type { CallRecord } from '../packages/core/src/call.ts';
import { Fold, type FoldTotals } from '../packages/core/src/testing/fold.ts';
import { type CaseFile, replay } from '../packages/core/src/testing/replay.ts';
import { type Corpus, generateCorpus } from './corpus/corpus.ts';
import type { TrueTotals } from './corpus/truth.ts';

const SIZE = { claude: 10, codex: 8 };
const SEEDS = ['a', 'b', 'c', 'd', 'e'];

function agentNamed(id: string): Agent {
  const agent = agents.find((known) => known.id === id);
  if (!agent) throw new Error(`Cannot test "${id}": it is not in the registry`);
  return agent;
}

function caseFiles(corpus: Corpus): CaseFile[] {
  return corpus.files.map(({ path, text }) => ({
    relativePath: path,
    bytes: new TextEncoder().encode(text),
    bornAt: 0,
  }));
}

function fold(files: readonly CaseFile[]): Fold {
  const ledger = new Fold();
  for (const id of ['claude-code', 'codex'])
    for (const batch of replay(agentNamed(id), files).batches) ledger.append(batch);
  return ledger;
}

/** The truth in the fold's spelling. */
function spelled(groups: Record<string, TrueTotals>): Record<string, FoldTotals> {
  const totals = ({ calls, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning }: TrueTotals) => ({
    calls,
    input,
    cacheRead: cache_read,
    cacheWrite5m: cache_write_5m,
    cacheWrite1h: cache_write_1h,
    output,
    reasoning,
  });
  return Object.fromEntries(Object.entries(groups).map(([key, group]) => [key, totals(group)]));
}

const TABLES: Record<string, { keys: Parameters<Corpus['truth']['by']>[0]; of: (call: CallRecord) => string }> = {
  model: { keys: ['agent', 'model'], of: (call) => `${call.agent} | ${call.model}` },
  day: { keys: ['day'], of: (call) => new Date(call.at).toISOString().slice(0, 10) },
  session: { keys: ['session'], of: (call) => call.sessionId },
  project: { keys: ['project'], of: (call) => call.cwd },
};

describe.each(SEEDS)('a generated home of seed %s', (seed) => {
  const corpus = generateCorpus(seed, SIZE);
  const ledger = fold(caseFiles(corpus));

  it.each(Object.entries(TABLES))('is told truly by %s', (_, { keys, of }) => {
    expect(ledger.totalsBy(of)).toEqual(spelled(corpus.truth.by(keys)));
  });

  it('is told truly by tool', () => {
    expect(ledger.toolCalls()).toEqual(corpus.truth.byTool());
  });
});
