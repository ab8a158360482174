import { describe, expect, test } from 'vitest';
import { loadCases } from '../../test/load-cases.ts';
import { loadLiveCases } from '../../test/load-live-cases.ts';
import type { AgentEvent } from '../event.ts';
import { RunMeter } from '../live/run-meter.ts';
import { Meter } from '../meter.ts';
import { reconcile } from '../reconcile.ts';
import { Fold, type FoldTotals } from '../testing/fold.ts';
import { plainBook } from '../testing/plain-book.ts';
import { type Replay, replay } from '../testing/replay.ts';
import { BUCKETS, totalTokens } from '../usage.ts';
import type { Agent } from './agent.ts';
import { claudeCode } from './claude-code/index.ts';
import { claudeCodeLive } from './claude-code/live.ts';
import { codex } from './codex/index.ts';
import { codexAppServerLive } from './codex/live-app-server.ts';
import { codexExecLive } from './codex/live-exec.ts';
import type { LivePort } from './live.ts';

/** A run that was recorded both ways: what it streamed, and the log it left. */
interface Watched {
  readonly agent: Agent;
  readonly port: LivePort;
  readonly stream: string;
  readonly log: string;
}

const claude = { agent: claudeCode, port: claudeCodeLive };
const WATCHED: readonly Watched[] = [
  { ...claude, stream: 'two-foreground-subagents', log: 'two-subagents' },
  { ...claude, stream: 'interrupted', log: 'interrupted' },
  { ...claude, stream: 'hooks-and-thinking', log: 'one-subagent' },
  { ...claude, stream: 'forwarded-sub-agents-and-a-retry', log: 'forwarded-sub-agents-and-a-retry' },
  { agent: codex, port: codexAppServerLive, stream: 'app-server-interrupt', log: 'app-server-interrupt' },
  { agent: codex, port: codexAppServerLive, stream: 'app-server-recorded-child', log: 'app-server-recorded-child' },
];
/** After the logs were written: what the agent told last holds all that they tell. */
const STARTED_AT = Date.UTC(2026, 10, 28);

function watch({ port }: Watched, name: string): AgentEvent[] {
  const live = loadLiveCases(port.agent, port.surface).find((one) => one.name === name);
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => void events.push(event);
  const reader = port.open({ runId: 'run-1', cwd: '/cap/work', model: '', at: STARTED_AT, ...live?.start });
  let at = STARTED_AT;
  for (const message of live?.messages ?? []) {
    at += 1000;
    reader.read(message, at, emit);
  }
  reader.end(at, emit, live?.end ?? 'ok');
  return events;
}

function readLog({ agent, log }: Watched): { readonly replayed: Replay; readonly totals: FoldTotals } {
  const found = loadCases(agent.id).find(({ name }) => name === log);
  if (!found) throw new Error(`Cannot find the recorded log "${log}"`);
  return { replayed: replay(agent, found.files), totals: found.expected.totals };
}

function settledBatch(events: readonly AgentEvent[]) {
  const meter = new Meter();
  const source = { agent: 'live', path: 'live:run-1', startedAt: STARTED_AT, bornAt: 0 };
  for (const event of events) if (event.type !== 'call' || !event.isProvisional) meter.apply(event, source);
  return meter.drain([]);
}

function meterOf({ agent }: Watched) {
  const book = plainBook([]);
  return new RunMeter({ runId: 'run-1', agent: agent.id, startedAt: STARTED_AT, book: () => book });
}

/** What a run's meter shows, in the shape of recorded totals. */
function shown(run: RunMeter): FoldTotals {
  const { calls, usage } = run.totals;
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning = null } = usage;
  return { calls, input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning };
}

describe.each(WATCHED)('$agent.id: $stream', (watched) => {
  const events = watch(watched, watched.stream);
  const { replayed, totals } = readLog(watched);

  test('a run that was watched and then read from its log counts once, in any order', () => {
    for (const parts of [
      [settledBatch(events), ...replayed.batches],
      [...replayed.batches, settledBatch(events)],
    ]) {
      const fold = new Fold();
      for (const batch of parts) fold.append(batch);
      expect(fold.totals()).toEqual(totals);
    }
  });

  test('sessions, threads and callers are spelled as the log spells them', () => {
    const log = new Fold();
    for (const batch of replayed.batches) log.append(batch);
    const byIdentity = new Map(log.calls().map((call) => [call.identity, call]));
    const stream = new Fold();
    stream.append(settledBatch(events));
    for (const call of stream.calls()) {
      const log = byIdentity.get(call.identity);
      const { sessionId, rootSessionId, threadId, chain, model } = log ?? {};
      // Codex names its sub-agents in their logs alone.
      const caller = call.caller === 'subagent:unknown' ? call.caller : log?.caller;
      expect({ ...call, sessionId, rootSessionId, threadId, caller, chain, model }).toEqual(call);
    }
  });

  test("the run's meter ends on what the log says, sub-agents' transcripts read beside the stream or not", () => {
    const logged = replayed.events.filter((event) => event.type === 'call' || event.type === 'thread');
    const run = meterOf(watched);
    for (const event of [...events, ...logged]) run.apply(event);
    run.settle(STARTED_AT + 1_000_000);
    const alone = meterOf(watched);
    for (const event of events) {
      const delta = alone.apply(event);
      if (delta?.kind === 'live') expect(BUCKETS.every((bucket) => delta.usage[bucket] >= 0)).toBe(true);
    }
    alone.settle(STARTED_AT + 1_000_000);
    // The agent guesses what a cut answer had written; no guess is in a log.
    const guessed = watched.stream === 'interrupted' ? 5 : 0;
    expect(shown(run)).toEqual({ ...totals, output: totals.output + guessed });
    expect({ ...shown(alone), calls: 0, reasoning: 0 }).toEqual({ ...shown(run), calls: 0, reasoning: 0 });
    expect([run.estimatedTokens, alone.estimatedTokens]).toEqual([0, 0]);
  });
});

test.each(['exec-three-calls', 'exec-subagent'])(
  "codex: %s: the one usage that exec tells is explained by the calls of the thread's log",
  (name) => {
    const watched = { agent: codex, port: codexExecLive, stream: name, log: name };
    const told = watch(watched, name).find((event) => event.type === 'reported_total');
    const fold = new Fold();
    for (const batch of readLog(watched).replayed.batches) fold.append(batch);
    const sighted = fold
      .calls()
      .filter(({ sessionId }) => sessionId === told?.sessionId)
      .map(({ model, usage }) => ({ model, at: STARTED_AT + 1, usage, isCompaction: false, isMain: true }));
    expect(
      totalTokens(told?.byModel.get('') ?? { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 }),
    ).toBe(sighted.reduce((sum, { usage }) => sum + totalTokens(usage), 0));
    const process = {
      process: 'live:run-1',
      startedAt: STARTED_AT,
      at: STARTED_AT + 2,
      byModel: told?.byModel ?? new Map(),
    };
    expect(reconcile([process], sighted, [])).toEqual([]);
  },
);
