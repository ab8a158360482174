/**
 * What the ledger knows of a session, told again as events, so that an observed run is folded by the same meter as one
 * that is watched. Prices are the ledger's own. It tells nothing that the ledger does not hold.
 */
import type {
  AgentEvent,
  CallView,
  SessionDetail,
  SessionMark,
  SessionSummary,
  ThreadSummary,
  ToolKind,
} from '@tokenmeter/core';
import type { Rating } from '@tokenmeter/core/price';

export interface ToldEvent {
  readonly at: number;
  readonly event: AgentEvent;
  /** Undefined: no call. Null: the ledger has no price for it. */
  readonly rating?: Rating | null;
}

/** Session and threads, which are told before anything in them. */
export function placesOf(detail: SessionDetail): AgentEvent[] {
  const { summary } = detail;
  return [sessionEvent(summary), ...detail.threads.map((thread) => threadEvent(thread, summary))];
}

/** Calls with their tools, and marks after `marksAfter`, in the order they happened. */
export function happenings(
  calls: readonly CallView[],
  marks: readonly SessionMark[],
  summary: SessionSummary,
  marksAfter: number,
): ToldEvent[] {
  const events: ToldEvent[] = [];
  for (const call of calls) {
    events.push(callEvent(call, summary));
    for (const tool of call.tools) {
      const place = {
        agent: call.agent,
        id: tool.id,
        callIdentity: call.identity,
        sessionId: call.sessionId,
        threadId: call.threadId,
      };
      const kind = tool.kind as ToolKind; // -- kept as a reader told it
      events.push({
        at: tool.at,
        event: { type: 'tool_call', ...place, name: tool.name, kind, at: tool.at, argumentBytes: tool.argumentBytes },
      });
      if (tool.endedAt !== null)
        events.push({
          at: tool.endedAt,
          event: {
            type: 'tool_result',
            ...place,
            at: tool.endedAt,
            isError: tool.isError ?? undefined,
            resultBytes: tool.resultBytes ?? undefined,
          },
        });
    }
  }
  for (const mark of marks) if (mark.at > marksAfter) events.push({ at: mark.at, event: markEvent(mark, summary) });
  // A stable sort: of one instant, the call comes before what it asked for.
  return events.sort((a, b) => a.at - b.at);
}

function callEvent(view: CallView, summary: SessionSummary): ToldEvent {
  return {
    at: view.at,
    rating: ratingOf(view),
    event: {
      type: 'call',
      call: {
        agent: view.agent,
        identity: view.identity,
        requestId: view.requestId,
        chain: 'main',
        sessionId: view.sessionId,
        rootSessionId: summary.rootSessionId,
        threadId: view.threadId,
        caller: view.caller,
        model: view.model,
        seller: '',
        at: view.at,
        usage: view.usage,
        certainty: view.certainty as Extract<AgentEvent, { type: 'call' }>['call']['certainty'], // -- kept as it was told
        cwd: summary.project,
        branch: summary.branch,
        tier: '',
        geo: '',
        webSearches: 0,
        contextWindow: view.contextWindow ?? undefined,
        stopReason: view.stopReason ?? undefined,
        assumedLifetime: false,
        counted: view.counted,
      },
    },
  };
}

function ratingOf(view: CallView): Rating | null {
  if (view.costNano === null) return null;
  const { cost } = view;
  return {
    priceId: view.priceId ?? '',
    match: 'exact',
    totalNano: view.costNano,
    inputNano: Number(cost.input),
    cacheReadNano: Number(cost.cacheRead),
    cacheWriteNano: Number(cost.cacheWrite),
    outputNano: Number(cost.output),
    otherNano: Number(cost.other),
  };
}

function sessionEvent(summary: SessionSummary): AgentEvent {
  return {
    type: 'session',
    agent: summary.agent,
    sessionId: summary.sessionId,
    rootSessionId: summary.rootSessionId,
    parentSessionId: summary.parentSessionId,
    title: summary.title,
    cwd: summary.project,
    branch: summary.branch,
    repository: summary.repository,
    version: '',
    at: summary.endedAt,
  };
}

function threadEvent(thread: ThreadSummary, summary: SessionSummary): AgentEvent {
  return {
    type: 'thread',
    agent: summary.agent,
    sessionId: summary.sessionId,
    rootSessionId: summary.rootSessionId,
    threadId: thread.threadId,
    parentThreadId: thread.parentThreadId,
    name: thread.name,
    spawnedBy: thread.spawnedBy,
  };
}

function markEvent(mark: SessionMark, { agent, sessionId }: SessionSummary): AgentEvent {
  const place = { agent, sessionId, threadId: mark.threadId, at: mark.at, id: `${mark.threadId}:${mark.at}` };
  if (mark.kind === 'prompt') return { type: 'prompt', ...place, bytes: 0 };
  return {
    type: 'compaction',
    ...place,
    trigger: '',
    before: mark.before ?? undefined,
    after: mark.after ?? undefined,
  };
}
