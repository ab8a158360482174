/**
 * Who speaks in a stream: the session, its main thread and its sub-agents, as `init`, task messages and the lines' own
 * fields tell. Ids are spelled as transcripts spell them. It refuses to take a background command for an agent.
 */
import type { Emit } from '../../event.ts';
import { readCount } from '../../usage.ts';
import { type Json, objectOf, textOf } from '../json.ts';
import type { Place } from './place.ts';
import { AGENT_ID } from './sighting.ts';

interface SubAgent {
  readonly id: string;
  name: string;
  spawnedBy: string;
  parentThreadId: string;
  isRunning: boolean;
  /** Whether the program keeps a task of it, whose end it will tell. */
  isTask: boolean;
}

export interface Ended {
  readonly threadId: string;
  readonly outcome: 'completed' | 'failed' | 'stopped';
}

const MOST_AGENTS = 500;

export class LiveThreads {
  sessionId = '';
  cwd: string;
  #version = '';
  readonly #agents = new Map<string, SubAgent>();

  constructor(cwd: string) {
    this.cwd = cwd;
  }

  /** Whose a message is. */
  place(message: Json, emit: Emit): Place {
    const sessionId = textOf(message.session_id) || this.sessionId;
    this.sessionId ||= sessionId;
    const spawner = textOf(message.parent_tool_use_id);
    const known = spawner === '' ? undefined : [...this.#agents.values()].find((agent) => agent.spawnedBy === spawner);
    const agentId = textOf(message.agent_id) || (known?.id ?? spawner);
    if (agentId === '') return { sessionId, threadId: sessionId, agentId: '', isSide: false };
    const name = textOf(message.subagent_type);
    this.#learn(agentId, { name, spawnedBy: spawner, parentThreadId: '' }, sessionId, emit);
    return { sessionId, threadId: `${sessionId}:${agentId}`, agentId, isSide: true };
  }

  caller({ isSide, agentId }: Place): string {
    return isSide ? `subagent:${this.#agents.get(agentId)?.name || 'unknown'}` : 'lead';
  }

  /** A turn begins. */
  init(message: Json, at: number, emit: Emit): void {
    const sessionId = textOf(message.session_id) || this.sessionId;
    const cwd = textOf(message.cwd) || this.cwd;
    const version = textOf(message.claude_code_version);
    if (sessionId === this.sessionId && cwd === this.cwd && version === this.#version && version !== '') return;
    this.sessionId = sessionId;
    this.cwd = cwd;
    this.#version = version;
    const session = { sessionId, rootSessionId: sessionId };
    const unknown = { parentSessionId: '', title: '', branch: '', repository: '' };
    emit({ type: 'session', agent: AGENT_ID, ...session, ...unknown, cwd, version, at });
    const main = { threadId: sessionId, parentThreadId: '', name: '', spawnedBy: '' };
    emit({ type: 'thread', agent: AGENT_ID, ...session, ...main });
  }

  /** A task began: an agent's, or a command's that runs in the background, which is none of ours. */
  started(message: Json, emit: Emit): void {
    const id = textOf(message.task_id);
    const name = textOf(message.subagent_type);
    if (id === '' || (name === '' && message.task_type !== 'local_agent')) return;
    const parent = textOf(message.parent_task_id);
    const parentThreadId = parent === '' ? '' : `${this.sessionId}:${parent}`;
    this.#learn(id, { name, spawnedBy: textOf(message.tool_use_id), parentThreadId }, this.sessionId, emit);
    const agent = this.#agents.get(id);
    if (agent) {
      agent.isRunning = true;
      agent.isTask = true;
    }
  }

  /** What an agent has in its window: the usage of its last call, not a sum. */
  progress(message: Json, at: number, emit: Emit): void {
    const id = textOf(message.task_id);
    const used = readCount(objectOf(message.usage)?.total_tokens);
    if (!this.#agents.has(id) || !used) return;
    const { sessionId } = this;
    emit({ type: 'context', agent: AGENT_ID, sessionId, threadId: `${sessionId}:${id}`, at, used });
  }

  /** The thread that a task's end is the end of, once; undefined where it is no agent's or goes on. */
  ended(
    message: Json,
  ): { readonly threadId: string; readonly outcome: 'completed' | 'failed' | 'stopped' } | undefined {
    return this.#end(textOf(message.task_id), textOf(message.status) || textOf(objectOf(message.patch)?.status));
  }

  /** The same as its spawning tool's result tells it, where there is no task of it. */
  returned(agentId: string, status: string): Ended | undefined {
    return this.#agents.get(agentId)?.isTask === false ? this.#end(agentId, status) : undefined;
  }

  #end(id: string, status: string): Ended | undefined {
    const outcome = OUTCOMES.get(status);
    const agent = this.#agents.get(id);
    if (!agent?.isRunning || !outcome) return undefined;
    agent.isRunning = false;
    return { threadId: `${this.sessionId}:${id}`, outcome };
  }

  /** Agents still at work. */
  running(): readonly string[] {
    return [...this.#agents.values()].filter(({ isRunning }) => isRunning).map(({ id }) => `${this.sessionId}:${id}`);
  }

  /** Whether an agent is at work whose end will be told. */
  hasTasks(): boolean {
    return [...this.#agents.values()].some(({ isRunning, isTask }) => isRunning && isTask);
  }

  /** A spawning tool's result told who its agent is. */
  spawned(agentId: string, name: string, spawnedBy: string, parentThreadId: string, emit: Emit): string {
    this.#learn(agentId, { name, spawnedBy, parentThreadId }, this.sessionId, emit);
    return `${this.sessionId}:${agentId}`;
  }

  #learn(
    id: string,
    told: Pick<SubAgent, 'name' | 'spawnedBy' | 'parentThreadId'>,
    sessionId: string,
    emit: Emit,
  ): void {
    const known = this.#agents.get(id);
    const agent = known ?? { id, name: '', spawnedBy: '', parentThreadId: '', isRunning: true, isTask: false };
    const isNews =
      (agent.name === '' && told.name !== '') ||
      (agent.spawnedBy === '' && told.spawnedBy !== '') ||
      (agent.parentThreadId === '' && told.parentThreadId !== '' && told.parentThreadId !== sessionId);
    agent.name ||= told.name;
    agent.spawnedBy ||= told.spawnedBy;
    agent.parentThreadId ||= told.parentThreadId;
    if (known && !isNews) return;
    if (!known && this.#agents.size >= MOST_AGENTS) return;
    this.#agents.set(id, agent);
    const session = { sessionId, rootSessionId: sessionId };
    const { name, spawnedBy } = agent;
    const parentThreadId = agent.parentThreadId || sessionId;
    emit({
      type: 'thread',
      agent: AGENT_ID,
      ...session,
      threadId: `${sessionId}:${id}`,
      parentThreadId,
      name,
      spawnedBy,
    });
  }
}

const OUTCOMES: ReadonlyMap<string, 'completed' | 'failed' | 'stopped'> = new Map([
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['stopped', 'stopped'],
  ['killed', 'stopped'],
]);
