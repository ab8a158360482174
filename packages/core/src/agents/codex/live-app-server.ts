/**
 * Codex as `codex app-server` tells it (JSON-RPC messages, both notifications and answers): usage comes after each call,
 * for child threads too. Sessions, threads and calls are spelled as the rollout's reader spells them. While a call writes,
 * its text is told under a stand-in: Codex names no call before its usage comes. It refuses text.
 */
import type { Emit, RunEndEvent } from '../../event.ts';
import type { Skip } from '../agent.ts';
import type { LivePort, LiveReader, LiveStart } from '../live.ts';
import { StandIns } from '../stand-ins.ts';
import { type ToldLimit, tellLimits } from './limits.ts';
import { LiveThread, storedCounter, type ThreadFacts } from './live-thread.ts';
import { CodexTools } from './live-tools.ts';
import { text } from './meta.ts';
import { record } from './tokens.ts';

type Params = Readonly<Record<string, unknown>>;

export const codexAppServerLive: LivePort = {
  agent: 'codex',
  surface: 'app-server',
  capabilities: {
    liveInput: false,
    liveOutput: false,
    subAgentUsage: 'call',
    contextWindow: true,
    cost: false,
    interrupt: 'graceful',
    cannot: [
      'Usage is told when a call is over; until then what it writes is estimated, and what it read is not known.',
      'A call that was interrupted or broke off tells no usage, though it may be billed.',
      'What a sub-agent is called only its log tells.',
      'It tells no cost; prices make it.',
    ],
  },
  open: (start) => new AppServerReader(start),
};

const MOST_THREADS = 500;
const MOST_COMPACTED = 10_000;

class AppServerReader implements LiveReader {
  readonly #start: LiveStart;
  readonly #threads = new Map<string, LiveThread>();
  readonly #tools = new Map<string, CodexTools>();
  readonly #standIns = new StandIns();
  readonly #counters: Params;
  readonly #limits: Record<string, ToldLimit> = {};
  /** Turns and items of compactions that were told, and turns of which only a notice was. */
  readonly #compacted = new Set<string>();
  readonly #noticed = new Set<string>();
  #mainId = '';

  constructor(start: LiveStart) {
    this.#start = start;
    this.#counters = record(record(start.state).counters);
  }

  state(): unknown {
    const counters = { ...this.#counters };
    for (const [id, thread] of this.#threads) counters[id] = thread.state();
    return { counters };
  }

  read(message: unknown, at: number, emit: Emit): Skip | undefined {
    const { method, params, result, id } = record(message);
    try {
      if (typeof method === 'string') {
        this.#hear(method, record(params), id !== undefined, at, emit);
        return undefined;
      }
      if (id === undefined) return 'unknown';
      const answer = record(result);
      if (text(record(answer.thread).id) !== '') this.#opened(record(answer.thread), answer, at, emit);
      return undefined;
    } catch {
      // Nested so deep that its size cannot be told.
      return 'unknown';
    }
  }

  end(at: number, emit: Emit, how: 'aborted' | 'cut' | 'ok'): void {
    for (const thread of this.#threads.values()) if (thread.isRunning) this.#settle(thread, how, at, emit);
    this.#standIns.endAll(how, at, emit);
  }

  #hear(method: string, params: Params, isRequest: boolean, at: number, emit: Emit): void {
    if (method === 'thread/started') {
      this.#opened(record(params.thread), {}, at, emit);
      return;
    }
    if (method === 'account/rateLimits/updated') {
      this.#hearLimits(record(params.rateLimits), at, emit);
      return;
    }
    const threadId = text(params.threadId) || text(params.conversationId);
    const thread = threadId === '' ? undefined : this.#thread(threadId, params, at, emit);
    if (!thread) return;
    if (isRequest) {
      if (/requestApproval$|requestUserInput$|Approval$|elicitation\/request$/.test(method))
        this.#does('waiting_approval', thread, at, emit);
      return;
    }
    switch (method) {
      case 'turn/started':
        thread.hasTurn = true;
        thread.isRunning = true;
        thread.turnId = text(record(params.turn).id);
        this.#does('requesting', thread, at, emit);
        return;
      case 'turn/completed':
        this.#turnEnded(thread, record(params.turn), at, emit);
        return;
      case 'thread/tokenUsage/updated':
        this.#count(thread, params.tokenUsage, at, emit);
        return;
      case 'rawResponse/completed':
        thread.respond(params);
        return;
      case 'item/started':
        this.#item(thread, record(params.item), false, at, emit);
        return;
      case 'item/completed':
        this.#item(thread, record(params.item), true, at, emit);
        return;
      case 'item/agentMessage/delta':
      case 'item/plan/delta':
        this.#write(thread, 'text', params.delta, at, emit);
        return;
      case 'item/reasoning/textDelta':
      case 'item/reasoning/summaryTextDelta':
        this.#write(thread, 'reasoning', params.delta, at, emit);
        return;
      case 'model/rerouted':
        thread.facts.model = text(params.toModel) || thread.facts.model;
        return;
      case 'thread/settings/updated':
        takeSettings(thread, record(params.threadSettings));
        return;
      case 'thread/name/updated':
        this.#tellSession(thread, text(params.threadName), '', at, emit);
        return;
      case 'thread/compacted':
        this.#compaction(thread, '', at, emit);
        return;
      case 'thread/status/changed':
        this.#status(thread, record(params.status), at, emit);
        return;
      case 'error':
        this.#trouble(thread, record(params.error), at, emit);
        return;
    }
  }

  /** A thread was started, resumed or forked; `answer` says with which model. */
  #opened(told: Params, answer: Params, at: number, emit: Emit): void {
    const id = text(told.id);
    if (id === '') return;
    const known = this.#threads.get(id);
    const parentId = text(told.parentThreadId);
    const facts: ThreadFacts = {
      parentId: known?.facts.parentId || parentId,
      rootId: known?.facts.rootId || (parentId === '' ? id : this.#rootOf(parentId)),
      name: text(told.agentRole) || text(told.agentNickname) || (known?.facts.name ?? ''),
      spawnedBy: known?.facts.spawnedBy ?? '',
      model: text(answer.model) || text(told.model) || known?.facts.model || this.#start.model,
      seller: text(answer.modelProvider) || text(told.modelProvider) || (known?.facts.seller ?? ''),
      tier: tierOf(answer.serviceTier) ?? known?.facts.tier ?? '',
      cwd: text(answer.cwd) || text(told.cwd) || (known?.facts.cwd ?? ''),
      branch: text(record(told.gitInfo).branch) || (known?.facts.branch ?? ''),
    };
    const thread = known ?? this.#add(id, facts);
    if (!thread) return;
    const isNews = !known || JSON.stringify(thread.facts) !== JSON.stringify(facts);
    Object.assign(thread.facts, facts);
    if (facts.parentId === '') this.#mainId ||= id;
    if (!isNews) return;
    this.#tellSession(thread, text(told.name), text(told.cliVersion), at, emit);
    this.#tellThread(thread, emit);
  }

  /** The thread a message is of; one that nobody announced is a child of the thread that works. */
  #thread(id: string, params: Params, at: number, emit: Emit): LiveThread | undefined {
    const known = this.#threads.get(id);
    if (known) return known;
    const rootTurn = text(record(params.turn).rootTurnId);
    const root = [...this.#threads.values()].find(({ turnId }) => turnId !== '' && turnId === rootTurn);
    const parent = root ?? this.#threads.get(this.#mainId);
    const parentId = parent?.id ?? '';
    const { model, seller, tier, cwd, branch } = parent?.facts ?? { ...NO_FACTS, model: this.#start.model };
    const facts = { parentId, rootId: parentId === '' ? id : this.#rootOf(parentId), name: '', spawnedBy: '' };
    const thread = this.#add(id, { ...facts, model, seller, tier, cwd: cwd || this.#start.cwd, branch });
    if (!thread) return undefined;
    if (parentId === '') this.#mainId ||= id;
    this.#tellSession(thread, '', '', at, emit);
    this.#tellThread(thread, emit);
    return thread;
  }

  #add(id: string, facts: ThreadFacts): LiveThread | undefined {
    if (this.#threads.size >= MOST_THREADS) return undefined;
    const thread = new LiveThread(id, facts, storedCounter(this.#counters[id]));
    this.#threads.set(id, thread);
    return thread;
  }

  #rootOf(id: string): string {
    return this.#threads.get(id)?.facts.rootId || id;
  }

  #count(thread: LiveThread, tokenUsage: unknown, at: number, emit: Emit): void {
    const call = thread.count(tokenUsage, at);
    if (!call) return;
    this.#standIns.end(thread.id, 'ok', at, emit);
    emit({ type: 'call', call });
    const { sessionId, threadId, identity } = call;
    emit({ type: 'call_end', agent: 'codex', sessionId, threadId, at, callIdentity: identity, outcome: 'ok' });
    const { input, cacheRead, cacheWrite5m, output } = call.usage;
    const used = input + cacheRead + cacheWrite5m + output;
    emit({ type: 'context', agent: 'codex', sessionId, threadId, at, used, window: thread.window });
  }

  #item(thread: LiveThread, item: Params, isOver: boolean, at: number, emit: Emit): void {
    if (item.type === 'contextCompaction') {
      if (isOver) this.#compaction(thread, text(item.id), at, emit);
      else this.#does('compacting', thread, at, emit);
      return;
    }
    if (item.type === 'collabAgentToolCall' && isOver) this.#spawned(thread, item, at, emit);
    let tools = this.#tools.get(thread.id);
    if (!tools) {
      tools = new CodexTools();
      this.#tools.set(thread.id, tools);
    }
    tools.hear(item, isOver, thread.id, at, emit);
  }

  #spawned(parent: LiveThread, item: Params, at: number, emit: Emit): void {
    if (item.tool !== 'spawnAgent' || !Array.isArray(item.receiverThreadIds)) return;
    const id = text(item.receiverThreadIds[0]);
    if (id === '' || id === parent.id) return;
    const child = this.#threads.get(id) ?? this.#thread(id, {}, at, emit);
    if (!child) return;
    child.facts.parentId = parent.id;
    child.facts.rootId = this.#rootOf(parent.id);
    child.facts.spawnedBy = text(item.id);
    child.facts.model = text(item.model) || child.facts.model || parent.facts.model;
    this.#tellThread(child, emit);
  }

  #write(thread: LiveThread, kind: 'text' | 'reasoning', delta: unknown, at: number, emit: Emit): void {
    const writer = { agent: 'codex', sessionId: thread.id, threadId: thread.id, at };
    this.#standIns.write(writer, { kind, characters: text(delta).length }, emit);
  }

  /** Told as an item and, or instead, as a notice of its turn: a notice tells nothing beside an item. */
  #compaction(thread: LiveThread, itemId: string, at: number, emit: Emit): void {
    const turn = `${thread.id} ${thread.turnId}`;
    const item = `${turn} ${itemId}`;
    const isTold = itemId === '' ? this.#compacted.has(turn) : this.#compacted.has(item) || this.#noticed.delete(turn);
    this.#compacted.add(turn).add(item);
    if (isTold || this.#compacted.size > MOST_COMPACTED) return;
    if (itemId === '') this.#noticed.add(turn);
    const whose = { agent: 'codex', sessionId: thread.id, threadId: thread.id, at };
    emit({ type: 'compaction', ...whose, id: itemId || `${thread.latest || thread.id}:compaction`, trigger: '' });
  }

  #turnEnded(thread: LiveThread, turn: Params, at: number, emit: Emit): void {
    const status = text(turn.status);
    if (status === 'inProgress') return;
    const outcome = status === 'completed' ? 'ok' : status === 'interrupted' ? 'aborted' : 'cut';
    this.#settle(thread, outcome, at, emit);
    if (thread.id !== this.#mainId) return;
    this.#does('idle', thread, at, emit);
    const { outcome: ended, message } = endOf(status, record(turn.error));
    emit({ type: 'run_end', agent: 'codex', at, outcome: ended, message });
  }

  /** A thread's turn is over. A call that was writing tells no usage. */
  #settle(thread: LiveThread, how: 'ok' | 'aborted' | 'cut', at: number, emit: Emit): void {
    const whose = { agent: 'codex', sessionId: thread.id, threadId: thread.id, at };
    for (const call of thread.settle(at)) {
      this.#standIns.end(thread.id, 'ok', at, emit);
      emit({ type: 'call', call });
      emit({ type: 'call_end', ...whose, callIdentity: call.identity, outcome: 'ok' });
    }
    this.#standIns.end(thread.id, how, at, emit);
    this.#tools.get(thread.id)?.close(at, emit);
    const wasRunning = thread.isRunning;
    thread.isRunning = false;
    if (thread.id === this.#mainId || !wasRunning) return;
    emit({
      type: 'thread_end',
      ...whose,
      outcome: how === 'ok' ? 'completed' : how === 'aborted' ? 'stopped' : 'failed',
    });
  }

  #status(thread: LiveThread, status: Params, at: number, emit: Emit): void {
    const flags = Array.isArray(status.activeFlags) ? status.activeFlags : [];
    if (flags.includes('waitingOnApproval')) this.#does('waiting_approval', thread, at, emit);
    else if (status.type === 'idle' && thread.hasTurn && !thread.isRunning) this.#does('idle', thread, at, emit);
  }

  #trouble(thread: LiveThread, error: Params, at: number, emit: Emit): void {
    const whose = { agent: 'codex', sessionId: thread.id, threadId: thread.id, at };
    emit({ type: 'trouble', ...whose, status: statusOf(error.codexErrorInfo), message: wordsOf(error) });
  }

  #hearLimits(told: Params, at: number, emit: Emit): void {
    const window = (value: unknown) => {
      const { usedPercent, windowDurationMins, resetsAt } = record(value);
      return { used_percent: usedPercent, window_minutes: windowDurationMins, resets_at: resetsAt };
    };
    const { limitId, planType, primary, secondary } = told;
    const limits = { limit_id: limitId, plan_type: planType, primary: window(primary), secondary: window(secondary) };
    tellLimits('codex', limits, at, this.#limits, emit);
  }

  #does(doing: 'requesting' | 'compacting' | 'waiting_approval' | 'idle', thread: LiveThread, at: number, emit: Emit) {
    emit({ type: 'activity', agent: 'codex', sessionId: thread.id, threadId: thread.id, at, doing });
  }

  #tellSession(thread: LiveThread, title: string, version: string, at: number, emit: Emit): void {
    const { id: sessionId, facts } = thread;
    const { rootId: rootSessionId, parentId: parentSessionId, cwd, branch } = facts;
    const session = { sessionId, rootSessionId, parentSessionId, title, cwd, branch, repository: '', version, at };
    emit({ type: 'session', agent: 'codex', ...session });
  }

  #tellThread({ id, facts }: LiveThread, emit: Emit): void {
    const { rootId: rootSessionId, parentId: parentThreadId, name, spawnedBy } = facts;
    const thread = { sessionId: id, rootSessionId, threadId: id, parentThreadId, name, spawnedBy };
    emit({ type: 'thread', agent: 'codex', ...thread });
  }
}

const NO_FACTS = { model: '', seller: '', tier: '', cwd: '', branch: '' };

function takeSettings(thread: LiveThread, settings: Params): void {
  const { facts } = thread;
  facts.model = text(settings.model) || facts.model;
  facts.seller = text(settings.modelProvider) || facts.seller;
  facts.cwd = text(settings.cwd) || facts.cwd;
  facts.tier = tierOf(settings.serviceTier) ?? facts.tier;
}

/** '' for the standard tier, undefined where nothing is told. */
function tierOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const tier = text(value).toLowerCase();
  return ['default', 'standard', 'auto'].includes(tier) ? '' : tier;
}

function endOf(status: string, error: Params): Pick<RunEndEvent, 'outcome' | 'message'> {
  if (status === 'completed') return { outcome: 'success' };
  if (status === 'interrupted') return { outcome: 'interrupted' };
  const info = error.codexErrorInfo;
  return { outcome: info === 'sessionBudgetExceeded' ? 'budget' : 'error', message: wordsOf(error) };
}

/** The agent's own words on what went wrong. */
export function wordsOf(error: Params): string {
  return (text(error.message) || 'the call failed').slice(0, 300);
}

/** `{"responseStreamDisconnected":{"httpStatusCode":529}}` and the like. */
function statusOf(info: unknown): number | undefined {
  for (const value of Object.values(record(info))) {
    const status = record(value).httpStatusCode;
    if (typeof status === 'number' && status >= 100 && status < 600) return status;
  }
  return undefined;
}
