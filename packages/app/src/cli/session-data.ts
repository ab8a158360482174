/** Sessions, threads and calls for other programs: spelled as on the wire, from the same words as the totals. */
import {
  type CallView,
  formatNanoDecimal,
  inputTokens,
  type SessionDetail,
  type SessionSummary,
  totalTokens,
  type WireCall,
  type WireSession,
  type WireSessionDetail,
  wireCostParts,
  wireInstant,
  wireTotals,
} from '@tokenmeter/core';
import { agentName, projectName } from '@tokenmeter/core/format';

export function sessionJson(session: SessionSummary): WireSession {
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
    context_peak: session.contextPeak,
    context_window: session.contextWindow,
    totals: wireTotals(session.totals),
  };
}

export function detailJson({ summary, threads, marks, children }: SessionDetail): WireSessionDetail {
  return {
    session: sessionJson(summary),
    threads: threads.map((thread) => ({
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
    })),
    marks: marks.map((mark) => ({
      kind: mark.kind,
      thread_id: mark.threadId,
      at: wireInstant(mark.at),
      before: mark.before,
      after: mark.after,
    })),
    children: children.map(sessionJson),
  };
}

/** What a script needs of a call beyond what the pages show. */
interface CallExtras {
  readonly response_id: string;
  readonly request_id: string | null;
  readonly price_id: string | null;
  readonly price_match: string | null;
}

/** One call, flat: also a line of `export --format ndjson`. */
export function callJson(call: CallView): WireCall & CallExtras {
  const { usage } = call;
  return {
    id: call.id,
    agent: call.agent,
    session_id: call.sessionId,
    thread_id: call.threadId,
    caller: call.caller,
    model: call.model,
    at: wireInstant(call.at),
    response_id: call.identity,
    request_id: call.requestId || null,
    input: usage.input,
    cache_read: usage.cacheRead,
    cache_write_5m: usage.cacheWrite5m,
    cache_write_1h: usage.cacheWrite1h,
    output: usage.output,
    reasoning: usage.reasoning ?? null,
    tokens: totalTokens(usage),
    context: inputTokens(usage),
    context_window: call.contextWindow,
    certainty: certaintyOf(call.certainty),
    cost_usd: call.costNano === null ? null : formatNanoDecimal(call.costNano),
    cost_parts: wireCostParts(call.cost),
    price_id: call.priceId,
    price_match: call.priceMatch,
    stop_reason: call.stopReason,
    counted: call.counted,
    tools: call.tools.map((tool) => ({
      id: tool.id,
      name: tool.name,
      kind: tool.kind,
      at: wireInstant(tool.at),
      ended_at: wireInstant(tool.endedAt),
      argument_bytes: tool.argumentBytes,
      result_bytes: tool.resultBytes,
      is_error: tool.isError,
    })),
  };
}

function certaintyOf(word: string): WireCall['certainty'] {
  return word === 'exact' || word === 'at_least' || word === 'reported' ? word : 'estimated';
}
