/**
 * One context window of a run: what it used itself, what stands in its window, and what it is at. A window is told by the
 * thread's latest call alone, and after a compaction only by calls since. It refuses to count its children.
 */
import { contextHabits } from '../agents/index.ts';
import type { CallSighting } from '../call.ts';
import type { Measures } from '../rollup.ts';
import { contextTokens, noMeasures } from '../rollup.ts';

/** Silent for so long while nothing says why: quiet. */
export const QUIET_MS = 60_000;

export type Doing =
  | 'starting'
  | 'model'
  | 'tool'
  | 'waiting_approval'
  | 'waiting_user'
  | 'compacting'
  | 'retrying'
  | 'quiet';

export interface OpenTool {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly at: number;
}

export interface DoingNow {
  readonly doing: Doing;
  readonly since: number;
  /** The latest tool at work. */
  readonly tool?: OpenTool | undefined;
  readonly tools: number;
  readonly message?: string | undefined;
}

interface Told {
  readonly at: number;
  readonly used: number | undefined;
  readonly window: number | undefined;
}

export class LiveThread {
  readonly threadId: string;
  agent = '';
  sessionId = '';
  rootSessionId = '';
  parentThreadId = '';
  name = '';
  /** Tool call that spawned it, '' unknown. */
  spawnedBy = '';
  /** Whether an event told of the thread itself, not just of calls in it. */
  isTold = false;
  status: 'running' | 'completed' | 'failed' | 'stopped' = 'running';
  startedAt: number;
  endedAt: number | undefined;
  lastAt: number;
  readonly sum: Measures = noMeasures();
  readonly tools = new Map<string, OpenTool>();
  /** Calls in flight, by key, with when each began. */
  readonly open = new Map<string, number>();
  #state: { readonly doing: Doing; readonly since: number; readonly message?: string | undefined } | undefined;
  #latest: CallSighting | undefined;
  #compacted: Told | undefined;
  #said: Told | undefined;
  #settledContext: number | undefined;

  constructor(threadId: string, at: number) {
    this.threadId = threadId;
    this.startedAt = at;
    this.lastAt = at;
  }

  /** The main agent's window: no parent, and of the session at the top. */
  get isMain(): boolean {
    return (
      this.parentThreadId === '' &&
      this.sessionId === this.rootSessionId &&
      (this.isTold || this.threadId === this.sessionId)
    );
  }

  get model(): string {
    return this.#latest?.model ?? '';
  }

  get latest(): CallSighting | undefined {
    return this.#latest;
  }

  /** Looks at a call's newest state for the window; calls the agent made on its own behalf do not stand in it. */
  look(call: CallSighting): void {
    if (call.caller.startsWith('system:') || call.certainty === 'reported' || contextTokens(call) === 0) return;
    if (!this.#latest || call.at >= this.#latest.at) this.#latest = call;
  }

  /** By how much the window grew from the settled call before; undefined for the first and for calls outside of it. */
  growth(call: CallSighting): number | undefined {
    if (call.caller.startsWith('system:') || call.certainty === 'reported' || isTurn(call)) return undefined;
    const before = this.#settledContext;
    this.#settledContext = contextTokens(call);
    return before === undefined ? undefined : this.#settledContext - before;
  }

  compact(at: number, after: number | undefined): void {
    if (this.#compacted && this.#compacted.at > at) return;
    this.#compacted = { at, used: after, window: undefined };
  }

  say(at: number, used: number | undefined, window: number | undefined): void {
    if (!this.#said || at >= this.#said.at)
      this.#said = { at, used: used ?? this.#said?.used, window: window ?? this.#said?.window };
  }

  /** Tokens in the window and its size; `windowOf` knows the model's where no source told it. */
  context(windowOf: (call: CallSighting) => number | undefined): {
    used: number | undefined;
    window: number | undefined;
  } {
    const call = this.#latest;
    const window = call?.contextWindow ?? this.#said?.window ?? (call && windowOf(call));
    const since = this.#compacted?.at ?? Number.NEGATIVE_INFINITY;
    let known: Told | undefined = this.#compacted;
    if (call && call.at > since && !isTurn(call)) known = { at: call.at, used: contextTokens(call), window };
    const said = this.#said;
    if (said?.used !== undefined && said.at > since && said.at >= (known?.at ?? since)) known = said;
    return { used: known?.used, window };
  }

  be(doing: Doing, since: number, message?: string): void {
    if (this.#state?.doing === doing && this.#state.message === message) return;
    this.#state = { doing, since, message };
  }

  /** Something went on: what was told of waiting or trouble is over. */
  goOn(): void {
    this.#state = undefined;
  }

  doingNow(now: number): DoingNow {
    const state = this.#state;
    const tools = [...this.tools.values()];
    const tool = tools.at(-1);
    if (state && state.doing !== 'waiting_user' && state.doing !== 'model') return { ...state, tools: 0 };
    if (tool) return { doing: 'tool', since: tool.at, tool, tools: tools.length };
    if (state?.doing === 'waiting_user') return { ...state, tools: 0 };
    if (now - this.lastAt >= QUIET_MS) return { doing: 'quiet', since: this.lastAt, tools: 0 };
    const [opened] = this.open.values();
    if (opened !== undefined) return { doing: 'model', since: opened, tools: 0 };
    if (state) return { ...state, tools: 0 };
    return { doing: this.sum.entries > 0 ? 'model' : 'starting', since: this.lastAt, tools: 0 };
  }

  /** Something was heard of it: a sub-agent that was thought over works on. */
  wake(at: number): void {
    if (this.endedAt === undefined || at <= this.endedAt) return;
    this.status = 'running';
    this.endedAt = undefined;
  }

  end(at: number, status: 'completed' | 'failed' | 'stopped'): void {
    this.status = status;
    this.endedAt = at;
    this.tools.clear();
    this.open.clear();
  }
}

/** A turn told as one: its prompt is those of many calls together, and no window's. */
function isTurn({ agent }: CallSighting): boolean {
  return contextHabits(agent).tellsTurns === true;
}
