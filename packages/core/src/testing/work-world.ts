/** Small things to tell a store of the work: entities and events with everything unsaid left out. Nothing here asserts. */
import type { Commit, Repo, Task, TokenEvent, Workplan } from '../work/index.ts';
import { NOON } from './ledger-world.ts';

export function repoOf(id: string, told: Partial<Repo> = {}): Repo {
  return { id, name: id, remote: '', root: '', createdAt: NOON, ...told };
}

export function workplanOf(id: string, told: Partial<Workplan> = {}): Workplan {
  return { id, name: id, repoId: '', capNano: null, createdAt: NOON, ...told };
}

export function taskOf(id: string, told: Partial<Task> = {}): Task {
  return {
    id,
    title: `Title of ${id}`,
    workplanId: '',
    repoId: '',
    status: 'todo',
    sessions: [],
    createdAt: NOON,
    updatedAt: NOON,
    doneAt: null,
    changes: 0,
    ...told,
  };
}

export function commitOf(id: string, repoId: string, told: Partial<Commit> = {}): Commit {
  return {
    id,
    repoId,
    branch: 'main',
    taskId: '',
    authoredAt: NOON,
    releaseId: '',
    isReverted: false,
    pullRequest: '',
    ...told,
  };
}

export function eventOf(id: string, told: Partial<TokenEvent> = {}): TokenEvent {
  return {
    id,
    taskId: '',
    workplanId: '',
    repoId: '',
    commitSha: '',
    releaseId: '',
    runId: '',
    sessionId: '',
    model: 'sonnet',
    agent: '',
    tokensIn: 100,
    tokensOut: 10,
    certainty: 'reported',
    createdAt: NOON,
    key: '',
    ...told,
  };
}
