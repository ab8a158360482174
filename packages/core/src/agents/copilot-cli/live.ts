/**
 * Copilot CLI as it runs: the lines of `copilot --output-format json`, those it appends to
 * `~/.copilot/session-state/<id>/events.jsonl`, and the events of its SDK. All are one kind of event, in part the same
 * ones: one reader takes any mixture. Usage is in the session's file and the SDK's events, not on stdout. Who chose the
 * session's id tells it first, as `{ type: 'session.start', data: { sessionId } }`: the file is later than stdout. It
 * refuses text.
 */
import type { Emit, RunEndEvent } from '../../event.ts';
import { readCount, type TokenUsage } from '../../usage.ts';
import type { Skip } from '../agent.ts';
import { type Json, listOf, objectOf, spelledBytes, textOf } from '../json.ts';
import type { LiveCapabilities, LivePort, LiveReader, LiveStart } from '../live.ts';
import { LiveCalls } from '../live-calls.ts';
import { liveSighting } from '../live-sighting.ts';
import { LiveTools } from '../live-tools.ts';
import { StandIns } from '../stand-ins.ts';
import { AGENT, LiveThreads } from './live-threads.ts';
import { copilotToolKind } from './tool-kind.ts';

const CAPABILITIES: LiveCapabilities = {
  liveInput: false,
  liveOutput: false,
  subAgentUsage: 'call',
  contextWindow: true,
  cost: false,
  interrupt: 'kill',
  cannot: [
    'Usage is told when a call is over; until then what it writes is estimated, and what it read is not known.',
    'A call that was stopped tells no usage, though it may be billed.',
    'How long what was written to a cache lives is not told; five minutes are assumed.',
    'It counts premium requests, not money; prices make the cost.',
  ],
};

export const copilotCliLive: LivePort = {
  agent: AGENT,
  surface: 'stream-json',
  capabilities: {
    ...CAPABILITIES,
    cannot: [
      'The stream itself tells no usage; it is read from the file that the session keeps.',
      ...CAPABILITIES.cannot,
    ],
  },
  open: (start) => new CopilotLiveReader(start),
};

export const copilotSessionStateLive: LivePort = {
  agent: AGENT,
  surface: 'session-state',
  capabilities: CAPABILITIES,
  open: (start) => new CopilotLiveReader(start),
};

const MOST_SEEN = 5000;
const MOST_ASKING = 2000;

class CopilotLiveReader implements LiveReader {
  readonly #start: LiveStart;
  readonly #calls = new LiveCalls();
  readonly #tools = new LiveTools();
  readonly #threads: LiveThreads;
  /** Events that came, since two sources tell of the same ones. */
  readonly #seen = new Set<string>();
  /** The call that asked for a tool, by tool call. */
  readonly #asking = new Map<string, string>();
  readonly #standIns = new StandIns();
  #failure: { readonly outcome: RunEndEvent['outcome']; readonly message: string } | undefined;
  #isOver = false;
  #isResumed = false;

  constructor(start: LiveStart) {
    this.#start = start;
    this.#threads = new LiveThreads(start.runId, start.cwd);
  }

  state(): unknown {
    return null;
  }

  read(message: unknown, at: number, emit: Emit): Skip | undefined {
    const event = objectOf(message);
    const type = textOf(event?.type);
    if (!event || type === '') return 'unknown';
    const id = textOf(event.id);
    if (id !== '' && !this.#isNew(`${type} ${id}`)) return undefined;
    try {
      this.#hear(type, id, textOf(event.agentId), { ...event, ...objectOf(event.data) }, at, emit);
      return undefined;
    } catch {
      // Nested so deep that its size cannot be told.
      return 'unknown';
    }
  }

  end(at: number, emit: Emit, how: 'aborted' | 'cut' | 'ok'): void {
    this.#standIns.endAll(how, at, emit);
    this.#tools.close(at, emit);
    for (const agentId of this.#threads.running())
      this.#endThread(agentId, how === 'ok' ? 'completed' : 'stopped', at, emit);
  }

  #hear(type: string, id: string, agentId: string, data: Json, at: number, emit: Emit): void {
    const whose = () => this.#threads.whose(agentId, at);
    switch (type) {
      case 'session.start':
      case 'session.resume':
        // Its own total goes on from an earlier run's, and does not say from where.
        this.#isResumed ||= type === 'session.resume';
        this.#threads.session(data, at, emit);
        return;
      case 'session.title_changed':
      case 'session.context_changed':
        this.#threads.session(data, at, emit);
        return;
      case 'user.message':
        this.#prompt(id, agentId, data, at, emit);
        return;
      case 'model.call_start':
        this.#threads.seen(agentId, at, emit);
        emit({ type: 'activity', ...whose(), doing: 'requesting' });
        return;
      case 'assistant.message_delta':
        this.#write('text', agentId, textOf(data.deltaContent), undefined, at, emit);
        return;
      case 'assistant.reasoning_delta':
        this.#write('reasoning', agentId, textOf(data.deltaContent), undefined, at, emit);
        return;
      case 'assistant.tool_call_delta':
        this.#write('tool_args', agentId, textOf(data.inputDelta), textOf(data.toolCallId), at, emit);
        return;
      case 'assistant.message':
        for (const request of listOf(data.toolRequests)) this.#asks(textOf(objectOf(request)?.toolCallId), data);
        return;
      case 'assistant.usage':
        this.#usage(id, agentId, data, at, emit);
        return;
      case 'session.usage_record':
        this.#usage(id, agentId, objectOf(data.usage) ?? {}, at, emit);
        return;
      case 'session.usage_info':
        this.#context(agentId, data.currentTokens, data.tokenLimit, at, emit);
        return;
      case 'tool.execution_start':
        this.#toolBegins(agentId, data, at, emit);
        return;
      case 'tool.execution_complete':
        this.#toolEnds(agentId, data, at, emit);
        return;
      case 'subagent.started':
        this.#threads.seen('', at, emit);
        this.#threads.started(agentId, data, this.#tools.threadOf(textOf(data.toolCallId)) ?? '', emit);
        return;
      case 'subagent.completed':
        this.#endThread(agentId, 'completed', at, emit);
        return;
      case 'subagent.failed':
        this.#endThread(agentId, 'failed', at, emit);
        return;
      case 'session.compaction_start':
        emit({ type: 'activity', ...whose(), doing: 'compacting' });
        return;
      case 'session.compaction_complete':
        this.#compaction(id, agentId, data, at, emit);
        return;
      case 'permission.requested':
      case 'user_input.requested':
      case 'elicitation.requested':
        emit({ type: 'activity', ...whose(), doing: 'waiting_approval' });
        return;
      case 'model.call_failure':
      case 'session.error':
        this.#trouble(type, agentId, data, at, emit);
        return;
      case 'session_limits_exhausted.requested':
        this.#failure = { outcome: 'budget', message: 'The limit of the session is used up' };
        return;
      case 'abort':
        this.#failure ??= { outcome: 'interrupted', message: '' };
        this.#standIns.endAll('aborted', at, emit);
        return;
      case 'assistant.idle':
      case 'session.idle':
        if (agentId === '') emit({ type: 'activity', ...whose(), doing: 'idle' });
        return;
      case 'session.shutdown':
        this.#shutdown(data, at, emit);
        return;
      case 'result':
        this.#threads.session({ sessionId: data.sessionId }, at, emit);
        this.#runEnds(readCount(data.exitCode) === 0, at, emit);
    }
  }

  #prompt(eventId: string, agentId: string, data: Json, at: number, emit: Emit): void {
    this.#threads.seen(agentId, at, emit);
    this.#isOver = false;
    // A sub-agent's is its parent's word; some are the program's own.
    const id = textOf(data.messageId) || eventId;
    if (agentId !== '' || id === '' || textOf(data.source).startsWith('agent-') || data.source === 'system') return;
    const { sessionId, threadId } = this.#threads.whose('', at);
    emit({ type: 'prompt', agent: AGENT, id, sessionId, threadId, at, bytes: spelledBytes(textOf(data.content)) });
  }

  #write(
    kind: 'text' | 'reasoning' | 'tool_args',
    agentId: string,
    said: string,
    tool: string | undefined,
    at: number,
    emit: Emit,
  ): void {
    if (said === '') return;
    this.#threads.seen(agentId, at, emit);
    const text = { kind, characters: said.length, toolCallId: tool || undefined };
    this.#standIns.write(this.#threads.whose(agentId, at), text, emit);
  }

  #stopWriting(agentId: string, outcome: 'ok' | 'aborted' | 'cut' | 'error', at: number, emit: Emit): void {
    this.#standIns.end(this.#threads.whose(agentId, at).threadId, outcome, at, emit);
  }

  #asks(toolCallId: string, data: Json): void {
    if (this.#asking.size < MOST_ASKING) this.#asking.set(toolCallId, textOf(data.apiCallId));
  }

  #usage(eventId: string, agentId: string, told: Json, at: number, emit: Emit): void {
    const identity = textOf(told.apiCallId) || textOf(told.providerCallId) || eventId;
    const usage = usageOf(told);
    if (identity === '' || !usage) return;
    this.#threads.seen(agentId, at, emit);
    this.#stopWriting(agentId, 'ok', at, emit);
    const { sessionId, threadId } = this.#threads.whose(agentId, at);
    const limit = readCount(told.maxPromptTokens);
    const { cwd, branch } = this.#threads;
    const isCompaction = /compaction/i.test(textOf(told.interactionType));
    const call = liveSighting({
      agent: AGENT,
      identity,
      requestId: textOf(told.providerCallId),
      sessionId,
      threadId,
      caller: isCompaction ? 'system:compaction' : this.#threads.caller(agentId),
      model: textOf(told.model),
      seller: textOf(told.modelProvider),
      at,
      usage,
      certainty: 'exact',
      cwd,
      branch,
      contextWindow: limit || undefined,
      stopReason: textOf(told.finishReason) || undefined,
    });
    // Whole at its first word: there is nothing to wait for.
    this.#calls.tell(call, emit);
    this.#calls.settle(identity, 'exact', 'ok', at, emit);
  }

  #context(agentId: string, current: unknown, limit: unknown, at: number, emit: Emit): void {
    const [used, window] = [readCount(current) || undefined, readCount(limit) || undefined];
    if (used === undefined && window === undefined) return;
    this.#threads.seen(agentId, at, emit);
    emit({ type: 'context', ...this.#threads.whose(agentId, at), used, window });
  }

  #toolBegins(agentId: string, data: Json, at: number, emit: Emit): void {
    this.#threads.seen(agentId, at, emit);
    const id = textOf(data.toolCallId);
    const name = textOf(data.toolName);
    const { sessionId, threadId } = this.#threads.whose(agentId, at);
    const place = { agent: AGENT, sessionId, threadId, callIdentity: this.#asking.get(id) ?? '' };
    const argumentBytes = data.arguments === undefined ? 0 : spelledBytes(data.arguments);
    const kind = copilotToolKind(name, textOf(data.mcpServerName));
    this.#tools.begin(place, { id, name, kind, argumentBytes }, at, emit);
  }

  #toolEnds(agentId: string, data: Json, at: number, emit: Emit): void {
    const id = textOf(data.toolCallId);
    this.#asking.delete(id);
    const said = objectOf(data.result)?.content ?? objectOf(data.error)?.message;
    const resultBytes = said === undefined ? undefined : spelledBytes(said);
    const isError = typeof data.success === 'boolean' ? !data.success : undefined;
    this.#tools.end(id, { resultBytes, isError }, at, emit);
    const metrics = objectOf(objectOf(data.toolTelemetry)?.metrics);
    if (metrics) this.#context(agentId, metrics.context_current_tokens, metrics.context_token_limit, at, emit);
  }

  #endThread(agentId: string, outcome: 'completed' | 'failed' | 'stopped', at: number, emit: Emit): void {
    this.#stopWriting(agentId, outcome === 'completed' ? 'ok' : outcome === 'failed' ? 'error' : 'aborted', at, emit);
    if (this.#threads.ended(agentId)) emit({ type: 'thread_end', ...this.#threads.whose(agentId, at), outcome });
  }

  #compaction(eventId: string, agentId: string, data: Json, at: number, emit: Emit): void {
    if (data.success === false) return;
    this.#threads.seen(agentId, at, emit);
    const [before, after] = [readCount(data.preCompactionTokens), readCount(data.postCompactionTokens)];
    const whose = this.#threads.whose(agentId, at);
    const id = eventId || `${whose.sessionId}@${at}`;
    emit({ type: 'compaction', ...whose, id, trigger: textOf(data.trigger), before, after });
  }

  #trouble(type: string, agentId: string, data: Json, at: number, emit: Emit): void {
    const message = brief(textOf(data.message) || textOf(data.errorMessage) || textOf(data.errorCode));
    this.#stopWriting(agentId, 'cut', at, emit);
    emit({ type: 'trouble', ...this.#threads.whose(agentId, at), status: readCount(data.statusCode), message });
    if (type === 'session.error') this.#failure ??= { outcome: 'error', message };
  }

  /** The session's own totals: they hold what no call told of, such as compactions. */
  #shutdown(data: Json, at: number, emit: Emit): void {
    const byModel = new Map<string, TokenUsage>();
    for (const [model, metrics] of Object.entries(objectOf(data.modelMetrics) ?? {})) {
      const usage = usageOf(objectOf(objectOf(metrics)?.usage) ?? {});
      if (usage) byModel.set(model, usage);
    }
    const { runId, at: processStartedAt } = this.#start;
    const { sessionId, cwd } = this.#threads;
    const whose = { agent: AGENT, sessionId, process: `live:${runId}`, processStartedAt };
    if (byModel.size > 0 && !this.#isResumed)
      emit({ type: 'reported_total', ...whose, at: Math.max(at, processStartedAt), byModel, cwd });
    this.#runEnds(data.shutdownType !== 'error', at, emit);
  }

  #runEnds(isSuccess: boolean, at: number, emit: Emit): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopWriting('', isSuccess && !this.#failure ? 'ok' : 'cut', at, emit);
    const { outcome, message } = this.#failure ?? { outcome: isSuccess ? 'success' : 'error', message: '' };
    const said = message === '' ? undefined : message;
    emit({ type: 'run_end', agent: AGENT, at, outcome, message: said });
  }

  #isNew(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    const [oldest] = this.#seen;
    if (this.#seen.size > MOST_SEEN && oldest !== undefined) this.#seen.delete(oldest);
    return true;
  }
}

/** Input holds what was read from and written to the cache, whatever the backend; output holds reasoning. */
function usageOf(told: Json): TokenUsage | undefined {
  const whole = readCount(told.inputTokens);
  const output = readCount(told.outputTokens);
  if (whole === undefined && output === undefined) return undefined;
  const cacheRead = readCount(told.cacheReadTokens) ?? 0;
  const cacheWrite5m = readCount(told.cacheWriteTokens) ?? 0;
  const reasoning = readCount(told.reasoningTokens);
  return {
    input: Math.max(0, (whole ?? 0) - cacheRead - cacheWrite5m),
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output: output ?? 0,
    reasoning: reasoning === undefined ? undefined : Math.min(reasoning, output ?? 0),
  };
}

function brief(words: string): string {
  return (words || 'the call failed').slice(0, 300);
}
