/**
 * What a reader must remember between lines, small and plain, so that reading can go on at any byte after a restart. It
 * refuses to trust a stored state: what does not look like ours is forgotten.
 */
import { readCount } from '../../usage.ts';
import { type Json, listOf, objectOf, textOf } from '../json.ts';

/** A tool call whose result has not come yet. */
export interface Pending {
  readonly name: string;
  readonly at: number;
  readonly callIdentity: string;
  readonly sessionId: string;
  readonly threadId: string;
  /** What a spawning tool was told to be. */
  readonly agentType: string;
}

/** Records of one answer under an id that its seller may use again. */
interface Group {
  readonly messageId: string;
  readonly identity: string;
  /** The answer's last record. */
  readonly uuid: string;
  /** False once something other than the answer itself was written to the thread. */
  readonly isOpen: boolean;
}

/** What the latest answer's records wrote so far, in bytes. */
export interface Written {
  readonly identity: string;
  /** The answer's last record. */
  readonly uuid: string;
  readonly textBytes: number;
  readonly reasoningBytes: number;
}

/** What was last told of the file's session. */
export interface SessionFacts {
  readonly sessionId: string;
  readonly parentSessionId: string;
  readonly cwd: string;
  readonly branch: string;
  readonly version: string;
  readonly title: string;
}

const MOST_PENDING = 2000;
const MOST_THREADS = 200;
const MOST_SUMMARIES = 20;

export class Memory {
  readonly pending: Bounded<Pending>;
  /** By thread. */
  readonly groups: Bounded<Group>;
  /** Names of threads that were told, so that they are told once: by thread, '' where still unknown. */
  readonly threads: Bounded<string>;
  /** Records of side chains written into their parent's own file: the first record of the chain, by record. */
  readonly sides: Bounded<string>;
  session: SessionFacts | undefined;
  written: Written | undefined;
  /** The last instant of the file, 0 before the first. */
  at = 0;
  /** Whether this file's versions say when an answer has ended: then one that does not say so has not. */
  tellsEnds = false;
  /** Whether the person named the session: the program's own titles no longer count. */
  isNamed = false;
  /** The newest record of the main chain, by which a summary finds its session. */
  lastUuid = '';
  /** Titles of conversations by their last record, which this file has not shown. */
  readonly summaries: Bounded<string>;
  /** By thread: the record that told the tools of its requests. */
  readonly tools: Bounded<string>;
  /** A title that came before anything else of its session. */
  heldTitle: { readonly sessionId: string; readonly title: string } | undefined;
  /** The fork that this file is, once a copied record said so. */
  fork: { readonly sessionId: string; readonly from: string } | undefined;

  constructor(state: unknown) {
    const stored = objectOf(state) ?? {};
    this.pending = new Bounded(MOST_PENDING, stored.pending, pendingOf);
    this.groups = new Bounded(MOST_THREADS, stored.groups, groupOf);
    this.threads = new Bounded(MOST_THREADS, stored.threads, (name) => textOf(name));
    this.sides = new Bounded(MOST_PENDING, stored.sides, (root) => textOf(root));
    this.summaries = new Bounded(MOST_SUMMARIES, stored.summaries, (title) => textOf(title));
    this.tools = new Bounded(MOST_THREADS, stored.tools, (id) => textOf(id));
    const held = objectOf(stored.heldTitle);
    if (held) this.heldTitle = { sessionId: textOf(held.sessionId), title: textOf(held.title) };
    const fork = objectOf(stored.fork);
    if (fork) this.fork = { sessionId: textOf(fork.sessionId), from: textOf(fork.from) };
    const written = objectOf(stored.written);
    if (written) this.written = writtenOf(written);
    const session = objectOf(stored.session);
    if (session) this.session = sessionOf(session);
    if (typeof stored.at === 'number' && stored.at > 0) this.at = stored.at;
    this.tellsEnds = stored.tellsEnds === true;
    this.isNamed = stored.isNamed === true;
    this.lastUuid = textOf(stored.lastUuid);
  }

  state(): Json {
    const { session, written, at, tellsEnds, isNamed, lastUuid, heldTitle, fork } = this;
    return {
      pending: this.pending.entries(),
      groups: this.groups.entries(),
      threads: this.threads.entries(),
      sides: this.sides.entries(),
      summaries: this.summaries.entries(),
      tools: this.tools.entries(),
      ...{ session, written, at, tellsEnds, isNamed, lastUuid, heldTitle, fork },
    };
  }
}

/** A map that forgets its oldest entry rather than grow. */
class Bounded<T> {
  readonly #most: number;
  readonly #map = new Map<string, T>();

  constructor(most: number, stored: unknown, read: (value: unknown) => T | undefined) {
    this.#most = most;
    for (const entry of listOf(stored)) {
      const [key, value] = listOf(entry);
      const known = read(value);
      if (typeof key === 'string' && known !== undefined) this.set(key, known);
    }
  }

  get(key: string): T | undefined {
    return this.#map.get(key);
  }

  set(key: string, value: T): void {
    if (!this.#map.has(key) && this.#map.size >= this.#most) {
      const [oldest] = this.#map.keys();
      if (oldest !== undefined) this.#map.delete(oldest);
    }
    this.#map.set(key, value);
  }

  delete(key: string): void {
    this.#map.delete(key);
  }

  get size(): number {
    return this.#map.size;
  }

  entries(): [string, T][] {
    return [...this.#map];
  }
}

function pendingOf(value: unknown): Pending | undefined {
  const stored = objectOf(value);
  if (!stored) return undefined;
  return {
    name: textOf(stored.name),
    at: typeof stored.at === 'number' ? stored.at : 0,
    callIdentity: textOf(stored.callIdentity),
    sessionId: textOf(stored.sessionId),
    threadId: textOf(stored.threadId),
    agentType: textOf(stored.agentType),
  };
}

function groupOf(value: unknown): Group | undefined {
  const stored = objectOf(value);
  if (!stored) return undefined;
  const { messageId, identity, uuid, isOpen } = stored;
  return { messageId: textOf(messageId), identity: textOf(identity), uuid: textOf(uuid), isOpen: isOpen === true };
}

function writtenOf({ identity, uuid, textBytes, reasoningBytes }: Json): Written {
  return {
    identity: textOf(identity),
    uuid: textOf(uuid),
    textBytes: readCount(textBytes) ?? 0,
    reasoningBytes: readCount(reasoningBytes) ?? 0,
  };
}

function sessionOf(stored: Json): SessionFacts {
  return {
    sessionId: textOf(stored.sessionId),
    parentSessionId: textOf(stored.parentSessionId),
    cwd: textOf(stored.cwd),
    branch: textOf(stored.branch),
    version: textOf(stored.version),
    title: textOf(stored.title),
  };
}
