/**
 * Tells of sessions and threads: at first sight and when something about them changes, not with every record. It refuses
 * to name a thread that no record names, and to take a prompt for a title.
 */
import type { Emit } from '../../event.ts';
import type { Memory, SessionFacts } from './memory.ts';
import { type FileFacts, isFileOf, type Place } from './place.ts';
import type { Envelope } from './record.ts';
import { AGENT_ID } from './sighting.ts';

/** A thread's parent as far as it is known: '' where it is not. */
interface Spawner {
  readonly sessionId: string;
  readonly threadId: string;
}

/** A pull or merge request's address, with that of its repository within. */
const PULL_REQUEST = /^(https?:\/\/[^\s?#@]{1,400}?)\/(?:pull|-\/merge_requests|pull-requests)\/\d{1,15}/;

export class Narrator {
  readonly #memory: Memory;
  readonly #file: FileFacts;

  constructor(memory: Memory, file: FileFacts) {
    this.#memory = memory;
    this.#file = file;
  }

  /** A record of this place came by; `name` is what is known of its thread. */
  place(record: Envelope, place: Place, name: string, at: number, emit: Emit): void {
    this.#session(record, place, at, emit);
    const { sessionId, threadId, isSide } = place;
    const isOwn = isFileOf(place, this.#file);
    const parentThreadId = !isSide || (isOwn && this.#file.isNested) ? '' : sessionId;
    this.#thread(sessionId, threadId, parentThreadId, name, isOwn ? this.#file.spawnedBy : '', emit);
  }

  /** A tool call made a thread, whose own file may not know its name. */
  spawned(parent: Spawner, agentId: string, name: string, spawnedBy: string, emit: Emit): void {
    this.#thread(parent.sessionId, `${parent.sessionId}:${agentId}`, parent.threadId, name, spawnedBy, emit);
  }

  /** A title that the program gave, or the person (`isCustom`), which then stays. */
  title(title: string, sessionId: string, isCustom: boolean, emit: Emit): void {
    const memory = this.#memory;
    if (title === '' || (memory.isNamed && !isCustom)) return;
    memory.isNamed ||= isCustom;
    const { session } = memory;
    if (session && (sessionId === '' || sessionId === session.sessionId)) {
      memory.session = { ...session, title };
      this.#tell(memory.session, memory.at, '', emit);
    } else memory.heldTitle = { sessionId, title };
  }

  /** A title for the conversation that ends with a record, which may be of another file: then it is not told. */
  summary(title: string, leafUuid: string, emit: Emit): void {
    if (title === '' || leafUuid === '') return;
    if (leafUuid === this.#memory.lastUuid) this.title(title, '', false, emit);
    else this.#memory.summaries.set(leafUuid, title);
  }

  /** Where a pull request was opened is where the repository is. `at`: when, where the record tells it. */
  pullRequest(told: string, at: number | undefined, emit: Emit): void {
    const { session, at: seen } = this.#memory;
    const [url, repository] = PULL_REQUEST.exec(told) ?? [];
    if (url === undefined || repository === undefined || !session) return;
    this.#tell(session, seen, repository, emit);
    emit({ type: 'pull_request', agent: AGENT_ID, sessionId: session.sessionId, url, at: at ?? seen });
  }

  #thread(
    sessionId: string,
    threadId: string,
    parentThreadId: string,
    name: string,
    spawnedBy: string,
    emit: Emit,
  ): void {
    const told = this.#memory.threads.get(threadId);
    if (told !== undefined && (told !== '' || name === '')) return;
    this.#memory.threads.set(threadId, name);
    const thread = { sessionId, rootSessionId: sessionId, threadId, parentThreadId, name, spawnedBy };
    emit({ type: 'thread', agent: AGENT_ID, ...thread });
  }

  #session(record: Envelope, { sessionId, isSide }: Place, at: number, emit: Emit): void {
    const memory = this.#memory;
    const { forkedFrom, cwd, branch, version, uuid } = record;
    const known = memory.session;
    const isKnown = known?.sessionId === sessionId;
    if (isSide && isKnown) return;
    if (isKnown && forkedFrom === '' && !memory.heldTitle && memory.summaries.size === 0 && isUnmoved(known, record)) {
      memory.lastUuid = uuid;
      return;
    }
    if (forkedFrom !== '' && record.sessionId !== '' && memory.fork?.sessionId !== record.sessionId) {
      memory.fork = { sessionId: record.sessionId, from: forkedFrom };
      const fork = { sessionId: record.sessionId, parentSessionId: forkedFrom, cwd, branch, version, title: '' };
      this.#tell(fork, at, '', emit);
    }
    const session: SessionFacts = {
      sessionId,
      parentSessionId: isKnown ? known.parentSessionId : this.#cameFrom(sessionId, isSide),
      cwd: cwd || (isKnown ? known.cwd : ''),
      branch: branch || (isKnown ? known.branch : ''),
      version: version || (isKnown ? known.version : ''),
      title: this.#titleOf(sessionId, uuid) || (isKnown ? known.title : ''),
    };
    if (!isSide) memory.lastUuid = uuid;
    if (isKnown && isSame(known, session)) return;
    memory.session = session;
    this.#tell(session, at, '', emit);
  }

  /** The session this one was forked from, or whose history came before it in its own file. */
  #cameFrom(sessionId: string, isSide: boolean): string {
    const { fork, session } = this.#memory;
    if (fork?.sessionId === sessionId) return fork.from;
    return session && !isSide && sessionId === this.#file.sessionId ? session.sessionId : '';
  }

  #titleOf(sessionId: string, uuid: string): string {
    const memory = this.#memory;
    const held = memory.heldTitle;
    if (held && (held.sessionId === '' || held.sessionId === sessionId)) {
      memory.heldTitle = undefined;
      return held.title;
    }
    return memory.isNamed ? '' : (memory.summaries.get(uuid) ?? '');
  }

  #tell(session: SessionFacts, at: number, repository: string, emit: Emit): void {
    const { sessionId } = session;
    emit({ type: 'session', agent: AGENT_ID, rootSessionId: sessionId, ...session, repository, at });
  }
}

function isSame(a: SessionFacts, b: SessionFacts): boolean {
  return a.cwd === b.cwd && a.branch === b.branch && a.version === b.version && a.title === b.title;
}

/** Whether a record says nothing new of its session, as nearly none does. */
function isUnmoved(known: SessionFacts, { cwd, branch, version }: Envelope): boolean {
  return (
    (cwd === '' || cwd === known.cwd) &&
    (branch === '' || branch === known.branch) &&
    (version === '' || version === known.version)
  );
}
