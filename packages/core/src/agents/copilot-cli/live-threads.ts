/**
 * Whose an event of Copilot CLI is: the session, its main thread and its sub-agents, each named by its own instance. It
 * refuses to guess a session's id: until one is told, the run's stands in.
 */
import type { Emit } from '../../event.ts';
import { type Json, objectOf, textOf } from '../json.ts';

export const AGENT = 'copilot-cli';

interface SubAgent {
  name: string;
  spawnedBy: string;
  parentThreadId: string;
  isRunning: boolean;
}

const MOST_AGENTS = 500;

export class LiveThreads {
  readonly #runId: string;
  readonly #cwd: string;
  readonly #agents = new Map<string, SubAgent>();
  #sessionId = '';
  #isTold = false;
  #facts = { title: '', cwd: '', branch: '', repository: '', version: '' };

  constructor(runId: string, cwd: string) {
    this.#runId = runId;
    this.#cwd = cwd;
  }

  get sessionId(): string {
    return this.#sessionId || this.#runId;
  }

  get cwd(): string {
    return this.#facts.cwd || this.#cwd;
  }

  get branch(): string {
    return this.#facts.branch;
  }

  whose(agentId: string, at: number) {
    const { sessionId } = this;
    return { agent: AGENT, sessionId, threadId: agentId === '' ? sessionId : `${sessionId}:${agentId}`, at };
  }

  caller(agentId: string): string {
    return agentId === '' ? 'lead' : `subagent:${this.#agents.get(agentId)?.name || 'unknown'}`;
  }

  /** The session was started or resumed, or something about it changed. */
  session(data: Json, at: number, emit: Emit): void {
    const context = objectOf(data.context) ?? data;
    const told = textOf(data.sessionId);
    // What was told under the run's id stays there: a thread does not change its name.
    if (!this.#isTold) this.#sessionId = told;
    const facts = {
      title: textOf(data.title) || this.#facts.title,
      cwd: textOf(context.cwd) || this.#facts.cwd,
      branch: textOf(context.branch) || this.#facts.branch,
      repository: textOf(context.repository) || this.#facts.repository,
      version: textOf(data.copilotVersion) || this.#facts.version,
    };
    if (this.#isTold && JSON.stringify(facts) === JSON.stringify(this.#facts)) return;
    this.#facts = facts;
    this.#tell(at, emit);
  }

  /** Something of an agent came: its session and thread are told before it, once. */
  seen(agentId: string, at: number, emit: Emit): void {
    if (!this.#isTold) this.#tell(at, emit);
    if (agentId !== '' && !this.#agents.has(agentId)) this.#learn(agentId, '', '', '', emit);
  }

  started(agentId: string, data: Json, parentThreadId: string, emit: Emit): void {
    if (agentId !== '') this.#learn(agentId, textOf(data.agentName), textOf(data.toolCallId), parentThreadId, emit);
  }

  /** Whether this is the end of an agent that was at work. */
  ended(agentId: string): boolean {
    const agent = this.#agents.get(agentId);
    if (!agent?.isRunning) return false;
    agent.isRunning = false;
    return true;
  }

  running(): readonly string[] {
    return [...this.#agents].filter(([, { isRunning }]) => isRunning).map(([id]) => id);
  }

  #learn(id: string, name: string, spawnedBy: string, parentThreadId: string, emit: Emit): void {
    const known = this.#agents.get(id);
    if (!known && this.#agents.size >= MOST_AGENTS) return;
    const agent = known ?? { name: '', spawnedBy: '', parentThreadId: '', isRunning: true };
    const isNews = !known || (agent.name === '' && name !== '') || (agent.spawnedBy === '' && spawnedBy !== '');
    agent.name ||= name;
    agent.spawnedBy ||= spawnedBy;
    agent.parentThreadId ||= parentThreadId;
    this.#agents.set(id, agent);
    if (!isNews) return;
    const { sessionId } = this;
    const thread = { threadId: `${sessionId}:${id}`, parentThreadId: agent.parentThreadId || sessionId };
    const ids = { sessionId, rootSessionId: sessionId };
    emit({ type: 'thread', agent: AGENT, ...ids, ...thread, name: agent.name, spawnedBy: agent.spawnedBy });
  }

  #tell(at: number, emit: Emit): void {
    this.#isTold = true;
    const { sessionId } = this;
    const { title, branch, repository, version } = this.#facts;
    const ids = { sessionId, rootSessionId: sessionId };
    const where = { cwd: this.cwd, branch, repository, version };
    emit({ type: 'session', agent: AGENT, ...ids, parentSessionId: '', title, ...where, at });
    emit({ type: 'thread', agent: AGENT, ...ids, threadId: sessionId, parentThreadId: '', name: '', spawnedBy: '' });
  }
}
