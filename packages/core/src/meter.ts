/**
 * The one fold: events of any source become the best knowledge of calls, tool calls, threads and sessions. A log replayed
 * and the same run watched live give the same, because it is this code. It holds only what is new since the last `drain`,
 * so its memory does not grow with the ledger; merging with what the ledger knows is the same pure `mergeCalls`.
 */
import type { CallRecord, CallSighting, SourceRef } from './call.ts';
import { isSameCall, mergeCalls, recordOf } from './call.ts';
import type { AgentEvent, LimitEvent, SessionEvent, ThreadEvent } from './event.ts';
import type { Cursor, LedgerBatch } from './ledger.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

export class Meter {
  /** By agent and identity; nearly always one, a list where one identity came under several request ids or from several files. */
  #calls = new Map<string, Map<string, CallRecord | CallRecord[]>>();
  #size = 0;
  #sessions = new Map<string, SessionEvent>();
  #threads = new Map<string, ThreadEvent>();
  #limits = new Map<string, LimitEvent>();
  #batch = emptyBatch();

  /** Events waiting for a drain: a measure of memory, not of calls. */
  get pending(): number {
    return this.#size;
  }

  apply(event: AgentEvent, source: SourceRef): void {
    this.#size++;
    switch (event.type) {
      case 'call':
        // What may still grow is a run's to hold; the ledger takes what is final.
        if (!event.isProvisional) this.#see(event.call, source);
        break;
      case 'tool_call':
        this.#batch.toolCalls.push(event);
        break;
      case 'tool_result':
        this.#batch.toolResults.push(event);
        break;
      case 'thread': {
        const key = `${event.agent}\0${event.threadId}`;
        const known = this.#threads.get(key);
        this.#threads.set(key, known ? mergeThreads(known, event) : event);
        break;
      }
      case 'session': {
        const key = `${event.agent}\0${event.sessionId}`;
        const known = this.#sessions.get(key);
        this.#sessions.set(key, known ? mergeSessions(known, event) : event);
        break;
      }
      case 'prompt':
        this.#batch.prompts.push(event);
        break;
      case 'injected':
        this.#batch.injected.push(event);
        break;
      case 'compaction':
        this.#batch.compactions.push(event);
        break;
      case 'pull_request':
        this.#batch.pullRequests.push(event);
        break;
      case 'limit': {
        // Only the latest word counts.
        const key = `${event.agent}\0${event.name}`;
        const known = this.#limits.get(key);
        if (!known || known.at <= event.at) this.#limits.set(key, event);
        break;
      }
      case 'reported_total':
        this.#batch.reportedTotals.push({ ...event, source });
        break;
    }
  }

  /** Hands over what was learnt since the last time, with the cursors it belongs to, and forgets it. */
  drain(cursors: readonly Cursor[]): LedgerBatch {
    const batch = this.#batch;
    for (const calls of this.#calls.values())
      for (const seen of calls.values()) {
        if (Array.isArray(seen)) batch.calls.push(...seen);
        else batch.calls.push(seen);
      }
    for (const session of this.#sessions.values()) batch.sessions.push(session);
    for (const thread of this.#threads.values()) batch.threads.push(thread);
    for (const limit of this.#limits.values()) batch.limits.push(limit);
    batch.cursors.push(...cursors);
    this.#calls = new Map();
    this.#sessions = new Map();
    this.#threads = new Map();
    this.#limits = new Map();
    this.#batch = emptyBatch();
    this.#size = 0;
    return batch;
  }

  #see(call: CallSighting, source: SourceRef): void {
    const record = recordOf(call, source);
    let calls = this.#calls.get(call.agent);
    if (!calls) {
      calls = new Map();
      this.#calls.set(call.agent, calls);
    }
    const known = calls.get(call.identity);
    if (!known) calls.set(call.identity, record);
    else if (Array.isArray(known)) seeBeside(known, record);
    else if (isAgain(known, record)) calls.set(call.identity, mergeCalls(known, record));
    else calls.set(call.identity, [known, record]);
  }
}

/** Sightings by other files stay apart: the ledger must know of each copy. Only a file's own snapshots merge here. */
function isAgain(known: CallRecord, record: CallRecord): boolean {
  return known.source.path === record.source.path && isSameCall(known, record);
}

function seeBeside(known: CallRecord[], record: CallRecord): void {
  const index = known.findIndex((other) => isAgain(other, record));
  const same = known[index];
  if (same) known[index] = mergeCalls(same, record);
  else known.push(record);
}

/** Later sightings of a thread fill what earlier ones left empty; what was said stands. */
export function mergeThreads(known: ThreadEvent, seen: ThreadEvent): ThreadEvent {
  return {
    ...known,
    parentThreadId: known.parentThreadId || seen.parentThreadId,
    name: known.name || seen.name,
    spawnedBy: known.spawnedBy || seen.spawnedBy,
  };
}

/** The newest word on a session's title, directory, branch and version; the first on where it came from. */
export function mergeSessions(known: SessionEvent, seen: SessionEvent): SessionEvent {
  const [older, newer] = known.at <= seen.at ? [known, seen] : [seen, known];
  return {
    ...newer,
    rootSessionId: known.rootSessionId !== known.sessionId ? known.rootSessionId : seen.rootSessionId,
    parentSessionId: older.parentSessionId || newer.parentSessionId,
    title: newer.title || older.title,
    cwd: older.cwd || newer.cwd,
    branch: newer.branch || older.branch,
    repository: newer.repository || older.repository,
    version: newer.version || older.version,
  };
}

function emptyBatch(): Mutable<LedgerBatch> {
  return {
    calls: [],
    toolCalls: [],
    toolResults: [],
    sessions: [],
    threads: [],
    prompts: [],
    injected: [],
    compactions: [],
    pullRequests: [],
    limits: [],
    reportedTotals: [],
    cursors: [],
  };
}
