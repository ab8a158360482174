/**
 * The provider-neutral port: what any source (log, stream, hook, gateway) can say, in one language. Adapters report
 * snapshots, never additions; saying a thing twice changes nothing. It refuses to carry prompt or tool text: sizes only.
 */
import type { CallSighting } from './call.ts';
import type { TokenUsage } from './usage.ts';

export type ToolKind =
  | 'read'
  | 'write'
  | 'edit'
  | 'shell'
  | 'search'
  | 'web'
  | 'task'
  | 'plan'
  | `mcp:${string}`
  | 'other';

/** A snapshot of one call so far. */
export interface CallEvent {
  readonly type: 'call';
  readonly call: CallSighting;
  /** False while the call is in flight: what is told may still grow, and never reaches the ledger. Logs tell what is over. */
  readonly isProvisional?: boolean | undefined;
}

/** The model asked for an execution. Belongs to the call that asked; unique by (agent, call identity, tool call id). */
export interface ToolCallEvent {
  readonly type: 'tool_call';
  readonly agent: string;
  readonly id: string;
  /** Identity of the call that asked, '' where unknown. */
  readonly callIdentity: string;
  readonly sessionId: string;
  readonly threadId: string;
  /** The provider's own name. */
  readonly name: string;
  readonly kind: ToolKind;
  readonly at: number;
  /** UTF-8 bytes of the arguments as the log's JSON spells them. */
  readonly argumentBytes: number;
  /** Name of what it is about (a file's path, a command's first word), where told and allowed; never more of its text. */
  readonly target?: string | undefined;
}

/** An execution ended. Joined to its `tool_call` by (agent, session, id). */
export interface ToolResultEvent {
  readonly type: 'tool_result';
  readonly agent: string;
  readonly id: string;
  readonly callIdentity: string;
  readonly sessionId: string;
  readonly threadId: string;
  readonly at: number;
  /** UTF-8 bytes of the result as the log's JSON spells it; undefined where the log does not hold it. */
  readonly resultBytes?: number | undefined;
  readonly isError?: boolean | undefined;
  /** Milliseconds where the log tells, else derived from the two times. */
  readonly durationMs?: number | undefined;
  /** Billed searches of this execution that no usage record tells of. */
  readonly webSearches?: number | undefined;
}

/** One context window: the main agent (`parentThreadId` '') or a sub-agent. Later sightings fill what earlier left empty. */
export interface ThreadEvent {
  readonly type: 'thread';
  readonly agent: string;
  readonly sessionId: string;
  readonly rootSessionId: string;
  readonly threadId: string;
  readonly parentThreadId: string;
  /** Sub-agent type or nickname, '' for the main agent or unknown. */
  readonly name: string;
  /** Tool call that spawned it, '' unknown. */
  readonly spawnedBy: string;
}

/** What a log tells of a conversation as a whole. Empty strings tell nothing. */
export interface SessionEvent {
  readonly type: 'session';
  readonly agent: string;
  readonly sessionId: string;
  readonly rootSessionId: string;
  /** The session this one was forked or spawned from, '' none. */
  readonly parentSessionId: string;
  /** The agent's own title; never prompt text. */
  readonly title: string;
  readonly cwd: string;
  readonly branch: string;
  /** Remote URL of the repository where the log tells. */
  readonly repository: string;
  readonly version: string;
  readonly at: number;
}

/** A person (or a script) asked something: a turn. Unique by (agent, id). */
export interface PromptEvent {
  readonly type: 'prompt';
  readonly agent: string;
  readonly id: string;
  readonly sessionId: string;
  readonly threadId: string;
  readonly at: number;
  readonly bytes: number;
  /** Its first line, only where the person asked for titles of prompts. No reader of an agent tells it. */
  readonly opening?: string | undefined;
}

/** The agent itself put something into the next prompt, as the log tells. Unique by (agent, thread, id). */
export interface InjectedEvent {
  readonly type: 'injected';
  readonly agent: string;
  readonly id: string;
  readonly sessionId: string;
  readonly threadId: string;
  readonly at: number;
  readonly kind: 'tools' | 'memory' | 'skill' | 'reminder';
  /** The server whose tools they are, the skill's or the memory file's name; '' where there is none or it is not to be kept. */
  readonly name: string;
  readonly bytes: number;
}

export interface CompactionEvent {
  readonly type: 'compaction';
  readonly agent: string;
  readonly id: string;
  readonly sessionId: string;
  readonly threadId: string;
  readonly at: number;
  readonly trigger: string;
  /** Tokens in context before and after, where told. */
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

/** A session opened a pull request, or was told of one that its work is in. */
export interface PullRequestEvent {
  readonly type: 'pull_request';
  readonly agent: string;
  readonly sessionId: string;
  /** Its address without query and fragment. */
  readonly url: string;
  readonly at: number;
}

/** A plan's quota as the agent was told. The latest of each (agent, name) counts. */
export interface LimitEvent {
  readonly type: 'limit';
  readonly agent: string;
  /** `primary`, `secondary`, `session` ... */
  readonly name: string;
  readonly at: number;
  readonly usedPercent?: number | undefined;
  readonly windowMinutes?: number | undefined;
  readonly resetsAt?: number | undefined;
  readonly plan: string;
}

/**
 * A cumulative total that the agent itself told. It only reconciles: what the calls do not explain becomes one flagged
 * call, it is never added. The last snapshot of a (session, process) counts. A live source tells its run's own part, as the
 * process `live:<run>`: where a log tells a total of the same calls too (Claude Code), a ledger must hear only the log's.
 */
export interface ReportedTotalEvent {
  readonly type: 'reported_total';
  readonly agent: string;
  readonly sessionId: string;
  /** Names the process that counted (its start time), so that a restarted counter is told from a growing one. */
  readonly process: string;
  readonly processStartedAt: number;
  readonly at: number;
  readonly byModel: ReadonlyMap<string, TokenUsage>;
  readonly cwd: string;
}

/** Names the context window a live event is about. */
interface OfThread {
  readonly agent: string;
  readonly sessionId: string;
  readonly threadId: string;
  readonly at: number;
}

/**
 * Characters that a call in flight has written since the last such event. The one thing told as an addition: it feeds
 * the estimate that stands in until the usage arrives, and nothing else.
 */
export interface CallTextEvent extends OfThread {
  readonly type: 'call_text';
  /** Where a call's name comes only with its usage: a stand-in, which ends right before the call itself is told. */
  readonly callIdentity: string;
  readonly kind: 'text' | 'reasoning' | 'tool_args';
  readonly toolCallId?: string | undefined;
  readonly characters: number;
  /** Tokens, where the source itself estimates them (Claude's thinking, Cursor's token-delta); else from characters. */
  readonly estimatedTokens?: number | undefined;
}

/**
 * A call is over. `cut`: the stream broke; `aborted`: somebody stopped it. Both keep what was told of their usage. Of one
 * that was never told nothing is left: it told no usage at all, or it stood in for one that is told next.
 */
export interface CallEndEvent extends OfThread {
  readonly type: 'call_end';
  readonly callIdentity: string;
  readonly outcome: 'ok' | 'error' | 'aborted' | 'cut';
}

/** A sub-agent is over. */
export interface ThreadEndEvent extends OfThread {
  readonly type: 'thread_end';
  readonly outcome: 'completed' | 'failed' | 'stopped';
}

/** What the agent itself says is in a thread's window now; calls tell it otherwise. */
export interface ContextEvent extends OfThread {
  readonly type: 'context';
  readonly used?: number | undefined;
  readonly window?: number | undefined;
}

/** What an agent is at between its calls and tools. `idle`: its turn is over and it waits for a person. */
export interface ActivityEvent extends OfThread {
  readonly type: 'activity';
  readonly doing: 'requesting' | 'compacting' | 'waiting_approval' | 'idle';
}

/** A call failed and is tried again, or the agent told of an error that did not end it. */
export interface TroubleEvent extends OfThread {
  readonly type: 'trouble';
  readonly attempt?: number | undefined;
  readonly delayMs?: number | undefined;
  /** HTTP status where there was one. */
  readonly status?: number | undefined;
  /** The provider's or the agent's own words, at most 300 characters; never prompt or tool text. */
  readonly message: string;
}

/**
 * The agent says that its run is over. Exit codes and signals are the runner's to tell. Where a session goes on with
 * another turn it is said again: the last word counts.
 */
export interface RunEndEvent {
  readonly type: 'run_end';
  readonly agent: string;
  readonly at: number;
  readonly outcome: 'success' | 'error' | 'interrupted' | 'budget' | 'turns' | 'timeout';
  readonly message?: string | undefined;
}

/** What only a live source can say; the ledger has no use for it. */
export type LiveOnlyEvent =
  | CallTextEvent
  | CallEndEvent
  | ThreadEndEvent
  | ContextEvent
  | ActivityEvent
  | TroubleEvent
  | RunEndEvent;

export type AgentEvent =
  | LiveOnlyEvent
  | CallEvent
  | ToolCallEvent
  | ToolResultEvent
  | ThreadEvent
  | SessionEvent
  | PromptEvent
  | InjectedEvent
  | CompactionEvent
  | PullRequestEvent
  | LimitEvent
  | ReportedTotalEvent;

export type Emit = (event: AgentEvent) => void;
