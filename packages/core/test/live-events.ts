/** Events of a run as tests write them down: one session, a main thread and two sub-agents below each other. */
import type { CallSighting } from '../src/call.ts';
import type { AgentEvent } from '../src/event.ts';
import { RunMeter } from '../src/live/run-meter.ts';
import { createPriceBook } from '../src/price/price-book.ts';
import { NO_USAGE, type TokenUsage } from '../src/usage.ts';

export const book = createPriceBook();
export const T0 = Date.parse('2026-06-01T10:00:00Z');
export const NOTHING: TokenUsage = { ...NO_USAGE, reasoning: 0 };

export const THREADS = [
  { threadId: 's1', parentThreadId: '', name: '', caller: 'lead', model: 'claude-opus-4-6' },
  { threadId: 's1:a', parentThreadId: 's1', name: 'explore', caller: 'subagent:explore', model: 'claude-haiku-4-5' },
  { threadId: 's1:b', parentThreadId: 's1:a', name: 'deep', caller: 'subagent:deep', model: 'nobody-knows-1' },
] as const;

export function meter(): RunMeter {
  return new RunMeter({ runId: 'run_1', agent: 'claude-code', startedAt: T0, book: () => book });
}

function sighting(more: Partial<CallSighting> = {}): CallSighting {
  return {
    agent: 'claude-code',
    identity: 'msg_1',
    requestId: '',
    chain: 'main',
    sessionId: 's1',
    rootSessionId: 's1',
    threadId: 's1',
    caller: 'lead',
    model: 'claude-opus-4-6',
    seller: 'anthropic',
    at: T0 + 1_000,
    usage: { input: 10, cacheRead: 1_000, cacheWrite5m: 100, cacheWrite1h: 0, output: 50, reasoning: 0 },
    certainty: 'exact',
    cwd: '/home/ada/shop',
    branch: '',
    tier: '',
    geo: '',
    webSearches: 0,
    assumedLifetime: false,
    counted: true,
    ...more,
  };
}

export const provisional = (more: Partial<CallSighting> = {}): AgentEvent => ({
  type: 'call',
  call: sighting(more),
  isProvisional: true,
});
export const settled = (more: Partial<CallSighting> = {}): AgentEvent => ({ type: 'call', call: sighting(more) });
export const text = (
  characters: number,
  more: Partial<Extract<AgentEvent, { type: 'call_text' }>> = {},
): AgentEvent => ({
  type: 'call_text',
  agent: 'claude-code',
  sessionId: 's1',
  threadId: 's1',
  callIdentity: 'msg_1',
  kind: 'text',
  characters,
  at: T0 + 500,
  ...more,
});
export const end = (outcome: 'ok' | 'cut' | 'aborted', callIdentity = 'msg_1'): AgentEvent => ({
  type: 'call_end',
  agent: 'claude-code',
  sessionId: 's1',
  threadId: 's1',
  callIdentity,
  outcome,
  at: T0 + 2_000,
});
export const usage = (input: number, output: number, cacheRead = 0): TokenUsage => ({
  ...NOTHING,
  input,
  output,
  cacheRead,
});

export function toolCall(id: string): Extract<AgentEvent, { type: 'tool_call' }> {
  return {
    type: 'tool_call',
    agent: 'claude-code',
    id,
    callIdentity: '',
    sessionId: 's1',
    threadId: 's1',
    name: 'Bash',
    kind: 'shell',
    at: T0 + 1_500,
    argumentBytes: 20,
  };
}

export function compaction(at: number, after: number | undefined): AgentEvent {
  return {
    type: 'compaction',
    agent: 'claude-code',
    id: `c${at}`,
    sessionId: 's1',
    threadId: 's1',
    at,
    trigger: 'auto',
    after,
  };
}

export function reported(byModel: ReadonlyMap<string, TokenUsage>): Extract<AgentEvent, { type: 'reported_total' }> {
  return {
    type: 'reported_total',
    agent: 'claude-code',
    sessionId: 's1',
    process: 'p1',
    processStartedAt: T0,
    at: T0 + 8_000,
    byModel,
    cwd: '',
  };
}
