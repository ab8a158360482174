/**
 * The model call: one response of one model, the atom everything else is a query over. Here is what a source can say of
 * one (a sighting) and how two sightings of the same call become the best knowledge of it. Merging is order-free and
 * idempotent; it refuses to add.
 */
import type { TokenUsage } from './usage.ts';
import { maxUsage } from './usage.ts';

/** How sure a figure is. `at_least`: cut in flight; `reported`: an agent's own total told us; `estimated`: a guess. */
export type Certainty = 'exact' | 'at_least' | 'estimated' | 'reported';

/** Why the call was made: `lead`, `subagent:<name>`, `system:<title, summary, compaction, unattributed ...>`. */
export type Caller = string;

/** A log file (or another source) as far as ownership needs it. One object per source, compared by `path`. */
export interface SourceRef {
  readonly agent: string;
  /** Absolute path, or another name that stays the same. */
  readonly path: string;
  /** UTC ms of the first record with a time; undefined until one was read. Mutable: the reader's first line tells it. */
  startedAt?: number | undefined;
  /** UTC ms of the file's creation where the file system tells, else 0. */
  readonly bornAt: number;
}

/** What one source says of one call. Several may speak of the same: same `agent` and `identity`. */
export interface CallSighting {
  readonly agent: string;
  /** The provider's response or message id, or what the adapter builds in its place. With `agent`, it names the call. */
  readonly identity: string;
  /** '' where unknown. Two main-chain sightings of one identity under different request ids are two calls. */
  readonly requestId: string;
  /** `side` marks a record of a side chain; it never makes a second call of an identity and never owns one over `main`. */
  readonly chain: 'main' | 'side';
  readonly sessionId: string;
  /** The session itself, or the session at the top of its sub-agents (Codex). A run that was merely observed. */
  readonly rootSessionId: string;
  /** One context window: the session's id for the main agent, `<session>:<agent id>` for a sub-agent. */
  readonly threadId: string;
  readonly caller: Caller;
  /** Raw name as the log wrote it; '' unknown. */
  readonly model: string;
  /** Who sold it (anthropic, openai, cursor ...), '' where the log does not say. */
  readonly seller: string;
  /** UTC ms of the last own record: the end of the call. */
  readonly at: number;
  readonly usage: TokenUsage;
  readonly certainty: Certainty;
  /** Working directory, '' unknown. The project is that of the call's owner. */
  readonly cwd: string;
  readonly branch: string;
  /** `''` standard; `fast`, `priority`, `batch`, `flex` where the log says so. */
  readonly tier: string;
  /** Inference region where the log says so (`us`), else ''. */
  readonly geo: string;
  /** Billed web searches the usage tells of. */
  readonly webSearches: number;
  /** Tokens of the model's window where the log says so. */
  readonly contextWindow?: number | undefined;
  readonly stopReason?: string | undefined;
  /** Bytes of the visible text that the answer has, and of its reasoning; undefined where nobody told. Never the words. */
  readonly textBytes?: number | undefined;
  readonly reasoningBytes?: number | undefined;
  /** True where the cache write's lifetime was not told and five minutes were assumed. */
  readonly assumedLifetime: boolean;
  /** False for spend without a call of its own (`system:unattributed`): its tokens count, `calls` does not. */
  readonly counted: boolean;
}

/** A sighting together with who said it. What the meter hands to the ledger. */
export interface CallRecord extends CallSighting {
  readonly source: SourceRef;
}

/** What a source said, with the source. Every record is built here or in the same order: the engine is fast with one build. */
export function recordOf(call: CallSighting, source: SourceRef): CallRecord {
  return {
    agent: call.agent,
    identity: call.identity,
    requestId: call.requestId,
    chain: call.chain,
    sessionId: call.sessionId,
    rootSessionId: call.rootSessionId,
    threadId: call.threadId,
    caller: call.caller,
    model: call.model,
    seller: call.seller,
    at: call.at,
    usage: call.usage,
    certainty: call.certainty,
    cwd: call.cwd,
    branch: call.branch,
    tier: call.tier,
    geo: call.geo,
    webSearches: call.webSearches,
    contextWindow: call.contextWindow,
    stopReason: call.stopReason,
    textBytes: call.textBytes,
    reasoningBytes: call.reasoningBytes,
    assumedLifetime: call.assumedLifetime,
    counted: call.counted,
    source,
  };
}

/** Whether two sightings of one identity are one call. See `CallSighting.chain` and `requestId`. */
export function isSameCall(a: CallSighting, b: CallSighting): boolean {
  if (a.chain === 'side' || b.chain === 'side') return true;
  return a.requestId === '' || b.requestId === '' || a.requestId === b.requestId;
}

/** Whether `a` owns the call rather than `b`: main chain first, then the earliest file, then the older one, then the name. */
export function ownsBefore(a: CallRecord, b: CallRecord): boolean {
  if (a.chain !== b.chain) return a.chain === 'main';
  const started = (a.source.startedAt ?? Number.MAX_SAFE_INTEGER) - (b.source.startedAt ?? Number.MAX_SAFE_INTEGER);
  if (started !== 0) return started < 0;
  if (a.source.bornAt !== b.source.bornAt) return a.source.bornAt < b.source.bornAt;
  return a.source.path < b.source.path;
}

const SURENESS: Record<Certainty, number> = { exact: 3, reported: 2, at_least: 1, estimated: 0 };

/**
 * The best knowledge of a call from two sightings of it. Descriptions come from the owner, counts are the larger of each
 * bucket, the time is the owner's last. A side chain adds no counts to the main one: a side question replays the call it
 * was asked beside as a request of its own, with another cache read. `mergeCalls(a, b)` equals `mergeCalls(b, a)`, and
 * merging twice changes nothing.
 */
export function mergeCalls(a: CallRecord, b: CallRecord): CallRecord {
  const sameSource = a.source.path === b.source.path && a.chain === b.chain;
  const first = sameSource ? a.at >= b.at : ownsBefore(a, b);
  const owner = first ? a : b;
  const other = first ? b : a;
  const isOneChain = a.chain === b.chain;
  // Written out in the order of `recordOf`: the engine is fast with records of one build only.
  return {
    agent: owner.agent,
    identity: owner.identity,
    requestId: owner.requestId || other.requestId,
    chain: owner.chain,
    sessionId: owner.sessionId,
    rootSessionId: owner.rootSessionId,
    threadId: owner.threadId,
    caller: callerOf(owner.caller, other.caller),
    model: owner.model || other.model,
    seller: owner.seller || other.seller,
    at: sameSource ? Math.max(a.at, b.at) : owner.at,
    usage: isOneChain ? maxUsage(a.usage, b.usage) : owner.usage,
    certainty: isOneChain ? surer(a, b) : owner.certainty,
    cwd: owner.cwd || other.cwd,
    branch: owner.branch || other.branch,
    tier: owner.tier || other.tier,
    geo: owner.geo || other.geo,
    webSearches: isOneChain ? Math.max(a.webSearches, b.webSearches) : owner.webSearches,
    contextWindow: owner.contextWindow ?? other.contextWindow,
    stopReason: owner.stopReason ?? other.stopReason,
    textBytes: isOneChain ? larger(a.textBytes, b.textBytes) : owner.textBytes,
    reasoningBytes: isOneChain ? larger(a.reasoningBytes, b.reasoningBytes) : owner.reasoningBytes,
    assumedLifetime: isOneChain ? a.assumedLifetime && b.assumedLifetime : owner.assumedLifetime,
    counted: a.counted || b.counted,
    source: owner.source,
  };
}

/** Records of a growing answer tell what there was so far. */
function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

function surer(a: CallRecord, b: CallRecord): Certainty {
  return SURENESS[a.certainty] >= SURENESS[b.certainty] ? a.certainty : b.certainty;
}

/** The owner's, unless only the other knows of an act of the program's own, or what the sub-agent is called. */
function callerOf(owner: Caller, other: Caller): Caller {
  if (owner.startsWith('system:')) return owner;
  const knowsMore = owner === 'subagent:unknown' && other.startsWith('subagent:');
  return other.startsWith('system:') || knowsMore ? other : owner;
}
