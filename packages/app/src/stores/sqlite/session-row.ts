/**
 * What is kept of a session, and how words on it merge so that their order does not matter: the newest title, branch,
 * repository and version, the oldest directory and parent; of equal instants the greater text.
 */
import type { SessionEvent } from '@tokenmeter/core';

export interface SessionRow {
  readonly id: number;
  readonly agent: number;
  readonly session_id: string;
  root_id: string;
  root_at: number;
  parent_id: string;
  parent_at: number;
  title: string;
  title_at: number;
  cwd: string;
  cwd_at: number;
  branch: string;
  branch_at: number;
  repository: string;
  repository_at: number;
  version: string;
  version_at: number;
  /** 1 where calls of it were folded away: reported totals can no longer be compared. */
  frozen: number;
}

export const SESSION_COLUMNS = [
  'id',
  'agent',
  'session_id',
  'root_id',
  'root_at',
  'parent_id',
  'parent_at',
  'title',
  'title_at',
  'cwd',
  'cwd_at',
  'branch',
  'branch_at',
  'repository',
  'repository_at',
  'version',
  'version_at',
  'frozen',
] as const;

export function newSession(id: number, agent: number, sessionId: string): SessionRow {
  return {
    id,
    agent,
    session_id: sessionId,
    root_id: '',
    root_at: 0,
    parent_id: '',
    parent_at: 0,
    title: '',
    title_at: 0,
    cwd: '',
    cwd_at: 0,
    branch: '',
    branch_at: 0,
    repository: '',
    repository_at: 0,
    version: '',
    version_at: 0,
    frozen: 0,
  };
}

/** True where something was learnt. */
export function mergeSession(row: SessionRow, event: SessionEvent): boolean {
  const learnt = [
    event.rootSessionId !== event.sessionId && learn(row, 'root', event.rootSessionId, event.at, 'oldest'),
    learn(row, 'parent', event.parentSessionId, event.at, 'oldest'),
    learn(row, 'cwd', event.cwd, event.at, 'oldest'),
    learn(row, 'title', event.title, event.at, 'newest'),
    learn(row, 'branch', event.branch, event.at, 'newest'),
    learn(row, 'repository', event.repository, event.at, 'newest'),
    learn(row, 'version', event.version, event.at, 'newest'),
  ];
  return learnt.includes(true);
}

/** Learns the session at the top from a call. True where that was new. */
export function learnRoot(row: SessionRow, rootSessionId: string, at: number): boolean {
  return rootSessionId !== row.session_id && learn(row, 'root', rootSessionId, at, 'oldest');
}

type Field = 'title' | 'cwd' | 'branch' | 'repository' | 'version' | 'root' | 'parent';

function learn(row: SessionRow, field: Field, text: string, at: number, which: 'oldest' | 'newest'): boolean {
  const textColumn = field === 'root' || field === 'parent' ? (`${field}_id` as const) : field;
  const atColumn = `${field}_at` as const;
  if (text === '') return false;
  const known = row[textColumn];
  const age = which === 'newest' ? at - row[atColumn] : row[atColumn] - at;
  if (known !== '' && (age < 0 || (age === 0 && text <= known))) return false;
  row[textColumn] = text;
  row[atColumn] = at;
  return true;
}
