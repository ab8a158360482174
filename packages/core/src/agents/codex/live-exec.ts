/**
 * Codex as `codex exec --json` tells it. Usage comes once a turn, as the thread's cumulative total, which no call can be
 * made of: it is told as a reported total, of this run's own part, that the rollout's calls explain. It refuses text.
 */
import type { Emit } from '../../event.ts';
import type { TokenUsage } from '../../usage.ts';
import type { Skip } from '../agent.ts';
import type { LivePort, LiveReader, LiveStart } from '../live.ts';
import { StandIns } from '../stand-ins.ts';
import { wordsOf } from './live-app-server.ts';
import { CodexTools } from './live-tools.ts';
import { text } from './meta.ts';
import { isBelow, minus, NO_TOKENS, plus, readTokens, record, sumOf, type Tokens, usageOf } from './tokens.ts';

type Params = Readonly<Record<string, unknown>>;

export const codexExecLive: LivePort = {
  agent: 'codex',
  surface: 'exec-json',
  capabilities: {
    liveInput: false,
    liveOutput: false,
    subAgentUsage: 'none',
    contextWindow: false,
    cost: false,
    interrupt: 'kill',
    cannot: [
      'Usage is told once, when the turn is over, and not call by call; the log tells the calls.',
      'Sub-agents are left out of it; their own logs tell them.',
      'It does not say which model answered.',
      'A turn that is stopped tells no usage; the log keeps the calls that had ended.',
      'After a resume by somebody else, the first total holds the earlier turns too.',
    ],
  },
  open: (start) => new ExecReader(start),
};

class ExecReader implements LiveReader {
  readonly #start: LiveStart;
  readonly #totals: Params;
  #threadId = '';
  #tools = new CodexTools();
  #baseline: Tokens = NO_TOKENS;
  /** Of counters that were reset since this run began. */
  #before: Tokens = NO_TOKENS;
  #last: Tokens | undefined;
  readonly #standIns = new StandIns();

  constructor(start: LiveStart) {
    this.#start = start;
    this.#totals = record(record(start.state).totals);
  }

  state(): unknown {
    return { totals: this.#last ? { ...this.#totals, [this.#threadId]: spelled(this.#last) } : this.#totals };
  }

  read(message: unknown, at: number, emit: Emit): Skip | undefined {
    const told = record(message);
    try {
      switch (told.type) {
        case 'thread.started':
          this.#begin(text(told.thread_id), at, emit);
          return undefined;
        case 'turn.started':
          this.#does('requesting', at, emit);
          return undefined;
        case 'item.started':
        case 'item.updated':
        case 'item.completed':
          this.#item(record(told.item), told.type === 'item.completed', at, emit);
          return undefined;
        case 'turn.completed':
          this.#total(readTokens(told.usage), at, emit);
          this.#turnEnded('ok', at, emit);
          emit({ type: 'run_end', agent: 'codex', at, outcome: 'success' });
          return undefined;
        case 'turn.failed':
          this.#turnEnded('cut', at, emit);
          emit({ type: 'run_end', agent: 'codex', at, outcome: 'error', message: wordsOf(record(told.error)) });
          return undefined;
        case 'error':
          emit({ type: 'trouble', ...this.#whose(at), message: wordsOf(told) });
          return undefined;
      }
    } catch {
      // Nested so deep that its size cannot be told.
      return 'unknown';
    }
    return text(told.type) === '' ? 'unknown' : undefined;
  }

  end(at: number, emit: Emit, how: 'aborted' | 'cut' | 'ok'): void {
    this.#standIns.endAll(how, at, emit);
    this.#tools.close(at, emit);
  }

  #begin(threadId: string, at: number, emit: Emit): void {
    if (threadId === '' || threadId === this.#threadId) return;
    this.#threadId = threadId;
    this.#tools = new CodexTools(`${threadId}:`);
    this.#last = readTokens(this.#totals[threadId]);
    this.#baseline = this.#last ?? NO_TOKENS;
    const session = { sessionId: threadId, rootSessionId: threadId };
    const unknown = { parentSessionId: '', title: '', branch: '', repository: '', version: '' };
    emit({ type: 'session', agent: 'codex', ...session, ...unknown, cwd: this.#start.cwd, at });
    emit({ type: 'thread', agent: 'codex', ...session, threadId, parentThreadId: '', name: '', spawnedBy: '' });
  }

  #item(item: Params, isOver: boolean, at: number, emit: Emit): void {
    if (this.#tools.hear(item, isOver, this.#threadId, at, emit)) return;
    const kind = item.type === 'agent_message' ? 'text' : item.type === 'reasoning' ? 'reasoning' : undefined;
    if (kind && isOver) this.#standIns.write(this.#whose(at), { kind, characters: text(item.text).length }, emit);
  }

  #total(total: Tokens | undefined, at: number, emit: Emit): void {
    if (!total) return;
    this.#standIns.endAll('ok', at, emit);
    if (this.#last && isBelow(total, this.#last)) {
      this.#before = plus(this.#before, minus(this.#last, this.#baseline));
      this.#baseline = NO_TOKENS;
    }
    this.#last = total;
    const own = plus(this.#before, minus(total, this.#baseline));
    // Counts beyond what is exact are nonsense that was told.
    if (!Number.isSafeInteger(sumOf(own))) return;
    const { runId, at: processStartedAt, model, cwd } = this.#start;
    const byModel = new Map<string, TokenUsage>([[model, usageOf(own)]]);
    const whose = { agent: 'codex', sessionId: this.#threadId, process: `live:${runId}`, processStartedAt };
    emit({ type: 'reported_total', ...whose, at: Math.max(at, processStartedAt), byModel, cwd });
  }

  #turnEnded(how: 'ok' | 'cut', at: number, emit: Emit): void {
    this.end(at, emit, how);
    this.#does('idle', at, emit);
  }

  #does(doing: 'requesting' | 'idle', at: number, emit: Emit): void {
    emit({ type: 'activity', ...this.#whose(at), doing });
  }

  #whose(at: number) {
    return { agent: 'codex', sessionId: this.#threadId, threadId: this.#threadId, at };
  }
}

/** As `readTokens` reads it. */
function spelled({ input, cached, written, output, reasoning }: Tokens) {
  return {
    input_tokens: input,
    cached_input_tokens: cached,
    cache_write_input_tokens: written,
    output_tokens: output,
    reasoning_output_tokens: reasoning,
  };
}
