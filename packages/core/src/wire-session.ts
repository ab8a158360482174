/**
 * Sessions, threads and calls as the wire spells them: one converter for the command line's `--json`, the exports and the
 * server, so that two surfaces cannot tell the same session differently.
 */
import type { WireCall, WireMark, WireSession, WireSessionDetail, WireThread, WireToolCall } from './api.ts';
import { agentName, projectName } from './format/names.ts';
import { formatNanoDecimal } from './money.ts';
import type { CallView, SessionDetail, SessionMark, SessionSummary, ThreadSummary, ToolCallView } from './query.ts';
import { inputTokens, totalTokens } from './usage.ts';
import { wireCostParts, wireInstant, wireTotals } from './wire.ts';

/** Tokens of a model's window where the log does not tell: the price book knows. */
export interface Windows {
  contextWindow(agent: string, seller: string, model: string): number | undefined;
}

const CERTAINTIES = ['exact', 'at_least', 'estimated', 'reported'] as const;

export function wireSession(session: SessionSummary): WireSession {
  return {
    agent: session.agent,
    agent_name: agentName(session.agent),
    session_id: session.sessionId,
    root_session_id: session.rootSessionId,
    parent_session_id: session.parentSessionId || null,
    title: session.title || null,
    project: session.project,
    project_name: projectName(session.project, session.repository),
    branch: session.branch || null,
    started_at: wireInstant(session.startedAt),
    ended_at: wireInstant(session.endedAt),
    models: session.models,
    threads: session.threads,
    prompts: session.prompts,
    compactions: session.compactions,
    pull_requests: session.pullRequests,
    context_peak: session.contextPeak,
    context_window: session.contextWindow,
    totals: wireTotals(session.totals),
  };
}

export function wireSessionDetail({ summary, threads, marks, children }: SessionDetail): WireSessionDetail {
  return {
    session: wireSession(summary),
    threads: threads.map(wireThread),
    marks: marks.map(wireMark),
    children: children.map(wireSession),
  };
}

/** One call, flat. */
export function wireCall(call: CallView, windows: Windows): WireCall {
  const { usage } = call;
  return {
    id: call.id,
    agent: call.agent,
    session_id: call.sessionId,
    thread_id: call.threadId,
    caller: call.caller,
    model: call.model,
    at: wireInstant(call.at),
    input: usage.input,
    cache_read: usage.cacheRead,
    cache_write_5m: usage.cacheWrite5m,
    cache_write_1h: usage.cacheWrite1h,
    output: usage.output,
    reasoning: usage.reasoning ?? null,
    tokens: totalTokens(usage),
    context: inputTokens(usage),
    context_window: call.contextWindow ?? windows.contextWindow(call.agent, '', call.model) ?? null,
    // A word this version does not know is a figure it cannot vouch for.
    certainty: CERTAINTIES.find((word) => word === call.certainty) ?? 'estimated',
    cost_usd: call.costNano === null ? null : formatNanoDecimal(call.costNano),
    cost_parts: wireCostParts(call.cost),
    stop_reason: call.stopReason,
    counted: call.counted,
    tools: call.tools.map(wireToolCall),
  };
}

function wireThread(thread: ThreadSummary): WireThread {
  return {
    thread_id: thread.threadId,
    parent_thread_id: thread.parentThreadId || null,
    name: thread.name || null,
    spawned_by: thread.spawnedBy || null,
    models: thread.models,
    started_at: wireInstant(thread.startedAt),
    ended_at: wireInstant(thread.endedAt),
    context_used: thread.contextUsed,
    context_window: thread.contextWindow,
    totals: wireTotals(thread.totals),
  };
}

function wireMark(mark: SessionMark): WireMark {
  return {
    kind: mark.kind,
    thread_id: mark.threadId,
    at: wireInstant(mark.at),
    before: mark.before,
    after: mark.after,
  };
}

function wireToolCall(tool: ToolCallView): WireToolCall {
  return {
    id: tool.id,
    name: tool.name,
    kind: tool.kind,
    at: wireInstant(tool.at),
    ended_at: wireInstant(tool.endedAt),
    argument_bytes: tool.argumentBytes,
    result_bytes: tool.resultBytes,
    is_error: tool.isError,
  };
}
