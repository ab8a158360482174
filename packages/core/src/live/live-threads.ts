/**
 * The threads of one run and what is told of them besides usage: who spawned whom, tools at work, compactions, waiting
 * and trouble. It refuses to count tokens.
 */
import type { AgentEvent, ToolCallEvent, ToolResultEvent } from '../event.ts';
import { LiveThread } from './live-thread.ts';
import { SeenKeys } from './seen-keys.ts';

interface Place {
  readonly threadId: string;
  readonly sessionId: string;
  readonly rootSessionId?: string | undefined;
  readonly agent: string;
  readonly at: number;
}

export class LiveThreads {
  readonly #threads = new Map<string, LiveThread>();
  /** Tool calls that were heard of, so that one told twice counts once. */
  readonly #tools = new SeenKeys();
  /** Instants of compactions, by id. */
  readonly compactions = new Map<string, number>();
  toolCalls = 0;

  values(): Iterable<LiveThread> {
    return this.#threads.values();
  }

  get(threadId: string): LiveThread | undefined {
    return this.#threads.get(threadId);
  }

  /** Windows of the main agent, the latest last. */
  get mains(): LiveThread[] {
    return [...this.#threads.values()].filter((thread) => thread.isMain).sort((a, b) => a.lastAt - b.lastAt);
  }

  /** When the oldest tool at work was asked for. */
  get oldestToolAt(): number | undefined {
    const [oldest] = [...this.#threads.values()]
      .flatMap(({ tools }) => [...tools.values()].map(({ at }) => at))
      .sort((a, b) => a - b);
    return oldest;
  }

  get inFlightToolCallIds(): string[] {
    return [...this.#threads.values()].flatMap((thread) => [...thread.tools.keys()]);
  }

  /** The thread an event is about, made on first hearing. */
  at({ threadId, sessionId, rootSessionId = '', agent, at }: Place): LiveThread {
    let thread = this.#threads.get(threadId);
    if (!thread) {
      thread = new LiveThread(threadId, at);
      this.#threads.set(threadId, thread);
    }
    thread.agent ||= agent;
    thread.sessionId ||= sessionId;
    if (rootSessionId !== '') thread.rootSessionId = rootSessionId;
    else thread.rootSessionId ||= sessionId;
    thread.startedAt = Math.min(thread.startedAt, at);
    thread.lastAt = Math.max(thread.lastAt, at);
    thread.wake(at);
    return thread;
  }

  /** Folds what is no count; `lastAt` is the instant of the run's latest event, for those without one of their own. */
  tell(event: AgentEvent, lastAt: number): void {
    switch (event.type) {
      case 'thread': {
        const known = this.#threads.get(event.threadId);
        const thread = this.at({ ...event, at: known?.lastAt ?? lastAt });
        thread.isTold = true;
        thread.parentThreadId ||= event.parentThreadId;
        thread.name ||= event.name;
        thread.spawnedBy ||= event.spawnedBy;
        break;
      }
      case 'thread_end':
        this.#threads.get(event.threadId)?.end(event.at, event.outcome);
        break;
      case 'tool_call':
        this.#begin(event);
        break;
      case 'tool_result':
        this.#finish(event);
        break;
      case 'context':
        this.at(event).say(event.at, event.used, event.window);
        break;
      case 'compaction':
        this.compactions.set(event.id, event.at);
        this.at(event).compact(event.at, event.after);
        this.at(event).goOn();
        break;
      case 'activity':
        this.at(event).be(DOING[event.doing], event.at);
        break;
      case 'trouble':
        this.at(event).be('retrying', event.at, event.message);
        break;
      case 'prompt':
        this.at(event).be('model', event.at);
        break;
    }
  }

  /** The run is over, and so is every thread. */
  end(at: number): void {
    for (const thread of this.#threads.values()) if (thread.status === 'running') thread.end(at, 'completed');
  }

  #begin(event: ToolCallEvent): void {
    const thread = this.at(event);
    if (!this.#isNew(event)) return;
    this.toolCalls++;
    thread.tools.set(event.id, { id: event.id, name: event.name, kind: event.kind, at: event.at });
    thread.goOn();
  }

  #finish(event: ToolResultEvent): void {
    const thread = this.at(event);
    // A result may come before its call is heard of, which must not stay open then; but it is a call all the same.
    const isNew = this.#isNew(event);
    if (isNew) this.toolCalls++;
    let wasOpen = false;
    for (const each of this.#threads.values()) {
      wasOpen = each.tools.delete(event.id) || wasOpen;
      if (each.spawnedBy === event.id && each.status === 'running' && each.lastAt <= event.at)
        each.end(event.at, event.isError ? 'failed' : 'completed');
    }
    if ((isNew || wasOpen) && thread.tools.size === 0) thread.be('model', event.at);
  }

  #isNew({ sessionId, id }: { readonly sessionId: string; readonly id: string }): boolean {
    return this.#tools.add(`${sessionId}\0${id}`);
  }
}

const DOING = {
  requesting: 'model',
  compacting: 'compacting',
  waiting_approval: 'waiting_approval',
  idle: 'waiting_user',
} as const;
