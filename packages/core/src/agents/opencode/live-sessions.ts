/**
 * Sessions of a running OpenCode: the one that was asked and the children its sub-agents are, whose parent is named. It
 * tells what changes about them, and refuses to take a session's own total: children are left out of it.
 */
import type { CallEndEvent, Emit, RunEndEvent } from '../../event.ts';
import { readCount } from '../../usage.ts';
import { type Json, objectOf, textOf } from '../json.ts';

export const AGENT = 'opencode';

interface Session {
  readonly id: string;
  parentId: string;
  name: string;
  spawnedBy: string;
  title: string;
  cwd: string;
  version: string;
  model: string;
  seller: string;
  isBusy: boolean;
  /** How the turn under way went wrong. */
  failure: { readonly outcome: RunEndEvent['outcome']; readonly message: string } | undefined;
  /** What was last told, so that only changes are. */
  told: string;
}

const MOST_SESSIONS = 500;
const MOST_COMPACTIONS = 2000;

export class LiveSessions {
  readonly #cwd: string;
  readonly #sessions = new Map<string, Session>();
  /** Messages that write a summary of the conversation. */
  readonly #summaries = new Set<string>();
  readonly #compactions = new Set<string>();

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  learn(info: Json, at: number, emit: Emit): void {
    const session = this.#session(textOf(info.id));
    if (!session) return;
    session.parentId ||= textOf(info.parentID);
    session.name = textOf(info.agent) || session.name;
    session.title = textOf(info.title) || session.title;
    session.cwd = textOf(info.directory) || session.cwd;
    session.version = textOf(info.version) || session.version;
    const model = objectOf(info.model);
    session.model = textOf(model?.id) || session.model;
    session.seller = textOf(model?.providerID) || session.seller;
    this.#tell(session, at, emit);
  }

  /** A message of a session: it says which model answers, and where. */
  answered(sessionId: string, info: Json, at: number, emit: Emit): void {
    const session = this.#session(sessionId);
    if (!session) return;
    session.model = textOf(info.modelID) || session.model;
    session.seller = textOf(info.providerID) || session.seller;
    session.cwd ||= textOf(objectOf(info.path)?.cwd);
    if (session.told === '') this.#tell(session, at, emit);
  }

  /** A tool call made a session. */
  spawned(sessionId: string, parentId: string, toolCallId: string, at: number, emit: Emit): void {
    const session = this.#session(sessionId);
    if (!session || sessionId === parentId) return;
    session.parentId ||= parentId;
    session.spawnedBy ||= toolCallId;
    this.#tell(session, at, emit);
  }

  began(messageId: string, isCompaction: boolean): void {
    if (isCompaction && this.#summaries.size < MOST_COMPACTIONS) this.#summaries.add(messageId);
  }

  facts(sessionId: string, messageId: string) {
    const session = this.#session(sessionId);
    const isChild = session !== undefined && session.parentId !== '';
    const caller = isChild ? `subagent:${session.name || 'unknown'}` : 'lead';
    return {
      caller: this.#summaries.has(messageId) ? 'system:compaction' : caller,
      model: session?.model ?? '',
      seller: session?.seller ?? '',
      cwd: session?.cwd || this.#cwd,
      rootSessionId: this.#rootOf(sessionId),
    };
  }

  does(doing: 'requesting' | 'waiting_approval' | 'idle', sessionId: string, at: number, emit: Emit): void {
    const session = this.#session(sessionId);
    if (!session) return;
    if (doing === 'requesting') {
      if (!session.isBusy) session.failure = undefined;
      session.isBusy = true;
    }
    emit({ type: 'activity', ...whose(sessionId, at), doing });
  }

  retried(sessionId: string, status: Json, at: number, emit: Emit): void {
    const session = this.#session(sessionId);
    if (!session) return;
    session.isBusy = true;
    const [attempt, next] = [readCount(status.attempt), readCount(status.next)];
    const delayMs = next === undefined ? undefined : Math.max(0, next - at);
    emit({ type: 'trouble', ...whose(sessionId, at), attempt, delayMs, message: brief(textOf(status.message)) });
  }

  failed(sessionId: string, error: Json, at: number, emit: Emit): void {
    const session = this.#session(sessionId);
    if (!session) return;
    const data = objectOf(error.data);
    const name = textOf(error.name);
    const message = brief(textOf(data?.message) || name);
    session.failure = { outcome: name === 'MessageAbortedError' ? 'interrupted' : 'error', message };
    if (session.failure.outcome === 'interrupted') return;
    emit({ type: 'trouble', ...whose(sessionId, at), status: readCount(data?.statusCode), message });
  }

  compacted(sessionId: string, eventId: string, at: number, emit: Emit): void {
    const id = eventId || `${sessionId}@${at}`;
    if (!this.#session(sessionId) || this.#compactions.has(id) || this.#compactions.size > MOST_COMPACTIONS) return;
    this.#compactions.add(id);
    emit({ type: 'compaction', ...whose(sessionId, at), id, trigger: '' });
  }

  /** How calls that are still open in a session ended, when it fell idle. */
  outcomeOf(sessionId: string): CallEndEvent['outcome'] {
    const failure = this.#sessions.get(sessionId)?.failure;
    return !failure ? 'ok' : failure.outcome === 'interrupted' ? 'aborted' : 'error';
  }

  /** A session's turn is over. */
  idle(sessionId: string, at: number, emit: Emit): void {
    const session = this.#sessions.get(sessionId);
    if (!session?.isBusy) return;
    session.isBusy = false;
    const { failure, parentId } = session;
    if (parentId !== '') {
      const outcome = !failure ? 'completed' : failure.outcome === 'interrupted' ? 'stopped' : 'failed';
      emit({ type: 'thread_end', ...whose(sessionId, at), outcome });
      return;
    }
    emit({ type: 'activity', ...whose(sessionId, at), doing: 'idle' });
    const { outcome = 'success', message } = failure ?? {};
    emit({ type: 'run_end', agent: AGENT, at, outcome, message });
  }

  /** The stream is over: sub-agents at work are, too. */
  close(how: 'aborted' | 'cut' | 'ok', at: number, emit: Emit): void {
    for (const session of this.#sessions.values()) {
      if (!session.isBusy || session.parentId === '') continue;
      session.isBusy = false;
      emit({ type: 'thread_end', ...whose(session.id, at), outcome: how === 'ok' ? 'completed' : 'stopped' });
    }
  }

  #session(id: string): Session | undefined {
    const known = this.#sessions.get(id);
    if (known || id === '' || this.#sessions.size >= MOST_SESSIONS) return known;
    const unknown = { parentId: '', name: '', spawnedBy: '', title: '', cwd: '', version: '', model: '', seller: '' };
    const session: Session = { id, ...unknown, isBusy: false, failure: undefined, told: '' };
    this.#sessions.set(id, session);
    return session;
  }

  #rootOf(id: string): string {
    let root = id;
    for (let depth = 0; depth < 50; depth++) {
      const parent = this.#sessions.get(root)?.parentId ?? '';
      if (parent === '') break;
      root = parent;
    }
    return root;
  }

  #tell(session: Session, at: number, emit: Emit): void {
    const { id: sessionId, parentId, name, spawnedBy, cwd, version } = session;
    const rootSessionId = this.#rootOf(sessionId);
    const isChild = parentId !== '';
    const title = isChild ? '' : session.title;
    const facts = JSON.stringify([parentId, isChild ? name : '', spawnedBy, title, cwd, version, rootSessionId]);
    if (facts === session.told) return;
    session.told = facts;
    const where = { cwd: cwd || this.#cwd, branch: '', repository: '', version };
    const ids = { sessionId, rootSessionId };
    emit({ type: 'session', agent: AGENT, ...ids, parentSessionId: parentId, title, ...where, at });
    const thread = { threadId: sessionId, parentThreadId: parentId, name: isChild ? name : '', spawnedBy };
    emit({ type: 'thread', agent: AGENT, ...ids, ...thread });
  }
}

function whose(sessionId: string, at: number) {
  return { agent: AGENT, sessionId, threadId: sessionId, at };
}

function brief(words: string): string {
  return (words || 'the call failed').slice(0, 300);
}
