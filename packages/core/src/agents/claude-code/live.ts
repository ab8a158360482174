/**
 * Claude Code as it runs: the lines of `claude -p --output-format stream-json` and the same messages of its agent SDK, with
 * partial messages or without. Sub-agents tell only what they read: what they wrote is in their transcripts
 * (`<session>/subagents/agent-<id>.jsonl`), which `claudeCode.open` reads as they grow, with the same identities, and in
 * the total at the end. It refuses prompt, tool and answer text.
 */
import type { CallEndEvent, Emit, RunEndEvent, ToolResultEvent } from '../../event.ts';
import { readCount } from '../../usage.ts';
import type { Skip } from '../agent.ts';
import { type Json, listOf, objectOf, textOf } from '../json.ts';
import type { LivePort, LiveReader, LiveStart } from '../live.ts';
import { LiveCalls } from '../live-calls.ts';
import { LiveAnswers, type Said } from './live-answer.ts';
import { type Ended, LiveThreads } from './live-threads.ts';
import { RunTotal } from './live-total.ts';
import { Memory } from './memory.ts';
import { isSpawning, resultsOf } from './record.ts';
import { AGENT_ID } from './sighting.ts';
import { toolKind } from './tool-kind.ts';
import { Windows } from './windows.ts';

export const claudeCodeLive: LivePort = {
  agent: AGENT_ID,
  surface: 'stream-json',
  capabilities: {
    liveInput: true,
    liveOutput: false,
    subAgentUsage: 'call',
    contextWindow: true,
    cost: true,
    interrupt: 'graceful',
    cannot: [
      'What an answer has written is known when it ends; until then it is estimated.',
      'What a sub-agent wrote is not in the stream; it is read from its transcript, or from the total at the end.',
      'Compaction, titles and web searches are calls that only the total at the end tells of.',
      'The size of the context window is told at the end of the first turn; until then it is what the client is known to give the model.',
    ],
  },
  open: (start) => new ClaudeCodeLiveReader(start),
};

const MOST_TOLD = 2000;

class ClaudeCodeLiveReader implements LiveReader {
  readonly #start: LiveStart;
  readonly #memory = new Memory(undefined);
  readonly #calls = new LiveCalls();
  readonly #windows: Windows;
  readonly #answers: LiveAnswers;
  readonly #threads: LiveThreads;
  readonly #total: RunTotal;
  /** Tool calls and results that were told, by kind and id. */
  readonly #told = new Set<string>();

  constructor(start: LiveStart) {
    this.#start = start;
    const stored = objectOf(start.state) ?? {};
    this.#total = new RunTotal(stored.totals);
    this.#windows = new Windows(stored.windows);
    this.#answers = new LiveAnswers(this.#calls, this.#memory, this.#windows);
    this.#threads = new LiveThreads(start.cwd);
  }

  state(): unknown {
    return { totals: this.#total.state(), windows: this.#windows.state() };
  }

  read(message: unknown, at: number, emit: Emit): Skip | undefined {
    const told = objectOf(message);
    if (!told) return 'unknown';
    try {
      return this.#message(told, at, emit);
    } catch {
      // Nested so deep that its size cannot be told.
      return 'unknown';
    }
  }

  end(at: number, emit: Emit, how: 'aborted' | 'cut' | 'ok'): void {
    this.#answers.close(how, { at, emit });
    this.#calls.settleOpen(how, at, emit);
    for (const threadId of this.#threads.running())
      this.#endThread({ threadId, outcome: how === 'ok' ? 'completed' : 'stopped' }, at, emit);
  }

  #message(message: Json, at: number, emit: Emit): Skip | undefined {
    switch (message.type) {
      case 'stream_event':
        this.#answers.streamed(this.#said(message, at, emit));
        return undefined;
      case 'assistant':
        return this.#assistant(message, at, emit);
      case 'user':
        return this.#user(message, at, emit);
      case 'system':
        this.#system(message, at, emit);
        return undefined;
      case 'result':
        this.#result(message, at, emit);
        return undefined;
      case 'rate_limit_event':
        this.#limit(objectOf(message.rate_limit_info) ?? {}, at, emit);
        return undefined;
      case 'tool_progress':
        this.#subAgentRetries(message, at, emit);
        return undefined;
      case 'control_request':
        if (objectOf(message.request)?.subtype === 'can_use_tool') this.#does('waiting_approval', at, emit);
        return undefined;
    }
    return typeof message.type === 'string' && message.type !== '' ? undefined : 'unknown';
  }

  #said(message: Json, at: number, emit: Emit): Said {
    const place = this.#threads.place(message, emit);
    return { message, place, caller: this.#threads.caller(place), cwd: this.#threads.cwd, at, emit };
  }

  #assistant(message: Json, at: number, emit: Emit): Skip | undefined {
    if (!objectOf(message.message)) return 'unknown';
    const said = this.#said(message, at, emit);
    const { sessionId, threadId } = said.place;
    const { record, identity } = this.#answers.line(said);
    const error = textOf(message.error);
    if (error !== '') emit({ type: 'trouble', agent: AGENT_ID, sessionId, threadId, at, message: brief(error) });
    for (const { id, name, bytes, agentType } of record.toolUses) {
      if (id === '' || !this.#isNew(`call ${identity} ${id}`)) continue;
      this.#memory.pending.set(id, { name, at, callIdentity: identity, sessionId, threadId, agentType });
      const whose = { agent: AGENT_ID, id, callIdentity: identity, sessionId, threadId };
      emit({ type: 'tool_call', ...whose, name, kind: toolKind(name), at, argumentBytes: bytes });
    }
    return undefined;
  }

  #user(message: Json, at: number, emit: Emit): Skip | undefined {
    if (!objectOf(message.message)) return 'unknown';
    const said = this.#said(message, at, emit);
    const { results, outcome } = resultsOf({ ...message, toolUseResult: message.tool_use_result });
    for (const { id, bytes, isError } of results) {
      if (id === '' || !this.#isNew(`result ${id}`)) continue;
      const pending = this.#memory.pending.get(id);
      this.#memory.pending.delete(id);
      const { sessionId, threadId } = pending ?? said.place;
      const result: ToolResultEvent = {
        type: 'tool_result',
        agent: AGENT_ID,
        id,
        callIdentity: pending?.callIdentity ?? '',
        sessionId,
        threadId,
        at,
        resultBytes: bytes,
        isError,
        durationMs: outcome?.durationMs ?? (pending && Math.max(0, at - pending.at)),
        webSearches: outcome?.webSearches,
      };
      if (outcome && outcome.agentId !== '' && (!pending || isSpawning(pending.name))) {
        const name = outcome.agentType || (pending?.agentType ?? '');
        const spawned = this.#threads.spawned(outcome.agentId, name, id, threadId, emit);
        const usage = objectOf(objectOf(message.tool_use_result)?.usage);
        if (usage) this.#answers.lastOf(spawned, usage, said);
        const ended = this.#threads.returned(outcome.agentId, textOf(objectOf(message.tool_use_result)?.status));
        if (ended) this.#endThread(ended, at, emit);
      }
      emit(result);
    }
    return undefined;
  }

  #system(message: Json, at: number, emit: Emit): void {
    switch (message.subtype) {
      case 'init':
        this.#windows.begin(textOf(message.model));
        this.#threads.init(message, at, emit);
        return;
      case 'status':
        if (message.status === 'requesting' || message.status === 'compacting') this.#does(message.status, at, emit);
        return;
      case 'session_state_changed':
        if (message.state === 'requires_action') this.#does('waiting_approval', at, emit);
        if (message.state === 'idle') this.#does('idle', at, emit);
        return;
      case 'thinking_tokens':
        this.#answers.thinking(readCount(message.estimated_tokens_delta), this.#said(message, at, emit));
        return;
      case 'task_started':
        this.#threads.started(message, emit);
        return;
      case 'task_progress':
        this.#threads.progress(message, at, emit);
        return;
      case 'task_updated':
      case 'task_notification': {
        const ended = this.#threads.ended(message);
        if (ended) this.#endThread(ended, at, emit);
        return;
      }
      case 'compact_boundary':
        this.#compaction(message, at, emit);
        return;
      case 'api_retry': {
        const { sessionId, threadId } = this.#threads.place(message, emit);
        const status = readCount(message.error_status);
        const [attempt, delayMs] = [readCount(message.attempt), readCount(message.retry_delay_ms)];
        const words = brief(textOf(message.error) || 'the call failed');
        emit({ type: 'trouble', agent: AGENT_ID, sessionId, threadId, at, attempt, delayMs, status, message: words });
      }
    }
  }

  /** A sub-agent's call failed and is tried again: its spawning tool's progress tells. */
  #subAgentRetries(message: Json, at: number, emit: Emit): void {
    const retry = objectOf(message.subagent_retry);
    if (!retry) return;
    const { sessionId, threadId } = this.#threads.place({ ...message, agent_id: retry.agent_id }, emit);
    const [attempt, delayMs] = [readCount(retry.attempt), readCount(retry.retry_delay_ms)];
    const trouble = { attempt, delayMs, status: readCount(retry.error_status) };
    const words = brief(textOf(retry.error_category) || 'the call failed');
    emit({ type: 'trouble', agent: AGENT_ID, sessionId, threadId, at, ...trouble, message: words });
  }

  #compaction(message: Json, at: number, emit: Emit): void {
    const { sessionId, threadId } = this.#threads.place(message, emit);
    const told = objectOf(message.compact_metadata);
    const id = textOf(message.uuid) || `${sessionId}@${at}`;
    if (!this.#isNew(`compaction ${id}`)) return;
    const [before, after] = [readCount(told?.pre_tokens), readCount(told?.post_tokens)];
    const trigger = textOf(told?.trigger);
    emit({ type: 'compaction', agent: AGENT_ID, id, sessionId, threadId, at, trigger, before, after });
  }

  /** A turn is over. What was used is told before how it ended. */
  #result(message: Json, at: number, emit: Emit): void {
    const { sessionId } = this.#threads.place(message, emit);
    const outcome = outcomeOf(message);
    const callOutcome: CallEndEvent['outcome'] =
      outcome === 'success' ? 'ok' : outcome === 'error' ? 'cut' : outcome === 'turns' ? 'ok' : 'aborted';
    this.#answers.close(callOutcome, { at, emit }, sessionId);
    this.#calls.settleOpen(callOutcome, at, emit, sessionId);
    this.#used(message, sessionId, at, emit);
    const goesOn =
      outcome === 'success' && (this.#threads.hasTasks() || (readCount(message.queued_turn_count) ?? 0) > 0);
    if (goesOn) return;
    this.#does('idle', at, emit);
    emit({ type: 'run_end', agent: AGENT_ID, at, outcome, message: complaintOf(message, outcome) });
  }

  #used(message: Json, sessionId: string, at: number, emit: Emit): void {
    const byModel = this.#total.take(message, sessionId);
    if (byModel) {
      const { runId, at: processStartedAt } = this.#start;
      const process = `live:${runId}`;
      const whose = { agent: AGENT_ID, sessionId, process, processStartedAt };
      emit({ type: 'reported_total', ...whose, at: Math.max(at, processStartedAt), byModel, cwd: this.#threads.cwd });
    }
    this.#windows.learn(message);
    const window = this.#windows.of(this.#answers.mainModel);
    if (window !== undefined) emit({ type: 'context', agent: AGENT_ID, sessionId, threadId: sessionId, at, window });
  }

  #limit(told: Json, at: number, emit: Emit): void {
    const name = textOf(told.rateLimitType);
    const share = told.utilization;
    const usedPercent = told.status === 'rejected' ? 100 : percentOf(share);
    if (name === '' || usedPercent === undefined) return;
    emit({ type: 'limit', agent: AGENT_ID, name, at, usedPercent, resetsAt: resetOf(told.resetsAt), plan: '' });
  }

  #endThread(ended: Ended, at: number, emit: Emit): void {
    const { threadId, outcome } = ended;
    const callOutcome = outcome === 'completed' ? 'ok' : outcome === 'failed' ? 'error' : 'aborted';
    this.#calls.settleOpen(callOutcome, at, emit, threadId);
    const { sessionId } = this.#threads;
    emit({ type: 'thread_end', agent: AGENT_ID, sessionId, threadId, at, outcome });
  }

  #does(doing: 'requesting' | 'compacting' | 'waiting_approval' | 'idle', at: number, emit: Emit): void {
    const { sessionId } = this.#threads;
    emit({ type: 'activity', agent: AGENT_ID, sessionId, threadId: sessionId, at, doing });
  }

  #isNew(key: string): boolean {
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    const [oldest] = this.#told;
    if (this.#told.size > MOST_TOLD && oldest !== undefined) this.#told.delete(oldest);
    return true;
  }
}

function outcomeOf(result: Json): RunEndEvent['outcome'] {
  const reason = textOf(result.terminal_reason);
  switch (result.subtype) {
    case 'error_max_budget_usd':
      return 'budget';
    case 'error_max_turns':
      return 'turns';
    case 'error_during_execution':
      return reason.startsWith('aborted') ? 'interrupted' : 'error';
    case 'success':
      return result.is_error === true ? 'error' : 'success';
  }
  return 'error';
}

/** What went wrong in the program's own words. The `result` of an error may quote a prompt: it is not told. */
function complaintOf(result: Json, outcome: RunEndEvent['outcome']): string | undefined {
  if (outcome === 'success') return undefined;
  const status = readCount(result.api_error_status);
  const reason = textOf(result.terminal_reason).replaceAll('_', ' ');
  const said = textOf(listOf(result.errors)[0]);
  return brief(
    said || [reason, status === undefined ? '' : `status ${status}`].filter((part) => part !== '').join(', '),
  );
}

function brief(words: string): string {
  return words.slice(0, 300);
}

/** Told as a share of one, by some as percent. */
function percentOf(share: unknown): number | undefined {
  if (typeof share !== 'number' || !(share >= 0) || share > 1e6) return undefined;
  return Math.round((share <= 2 ? share * 100 : share) * 100) / 100;
}

/** Told in seconds, by some in milliseconds. */
function resetOf(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value > 0)) return undefined;
  const instant = value < 1e11 ? value * 1000 : value;
  return instant <= 8.64e15 ? Math.round(instant) : undefined;
}
