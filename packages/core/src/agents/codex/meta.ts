/**
 * The head of a rollout file: which session it holds, what it was forked or spawned from, and where it ran. It refuses to
 * gate on who started Codex: every originator's file counts.
 */
import type { Line, Lineage } from '../agent.ts';
import { instant } from './stamp.ts';
import { record } from './tokens.ts';

/** What the first `session_meta` says. Plain JSON; '' is unknown. */
export interface Meta {
  readonly id: string;
  readonly parentId: string;
  /** A fork is a session of a person's; a spawned one is a sub-agent of its parent. */
  readonly kind: 'root' | 'fork' | 'subagent';
  /** Role or nickname of a sub-agent. */
  readonly name: string;
  /** Topmost session as newer versions tell it. */
  readonly topId: string;
  /** UTC ms at which the session was made. */
  readonly createdAt: number;
  readonly cwd: string;
  readonly branch: string;
  readonly repository: string;
  readonly version: string;
  readonly seller: string;
  readonly model: string;
}

/** From a `session_meta` payload (or the bare head of the oldest files), with the time of its record. */
export function readMeta(payload: unknown, at: number | undefined): Meta | undefined {
  const meta = record(payload);
  const id = text(meta.id);
  if (id === '') return undefined;
  const git = record(meta.git);
  const subagent = record(meta.source).subagent;
  const spawn = record(record(subagent).thread_spawn);
  const spawnedFrom = text(spawn.parent_thread_id) || text(meta.parent_thread_id);
  const topId = text(meta.session_id);
  const forkedFrom = text(meta.forked_from_id);
  const isSubagent =
    subagent !== undefined && subagent !== null ? true : spawnedFrom !== '' || isOther(topId, id, forkedFrom);
  const parentId = spawnedFrom || forkedFrom || (topId !== id ? topId : '');
  return {
    id,
    parentId: parentId === id ? '' : parentId,
    kind: isSubagent ? 'subagent' : parentId !== '' && parentId !== id ? 'fork' : 'root',
    name: isSubagent ? agentName(meta, subagent, spawn) : '',
    topId,
    createdAt: instant(meta.timestamp) ?? at ?? 0,
    cwd: text(meta.cwd),
    branch: text(git.branch),
    repository: text(git.repository_url),
    version: text(meta.cli_version),
    seller: text(meta.model_provider) || 'openai',
    model: text(meta.model),
  };
}

/** Which session a file holds and where it came from, by its first line. */
export function lineageOf(line: Line): Lineage | undefined {
  try {
    const first = record(line.json());
    const meta = readMeta(first.type === 'session_meta' ? first.payload : first, undefined);
    return meta && { id: meta.id, parentId: meta.parentId };
  } catch {
    return undefined;
  }
}

/** A session by the name of its file, where no `session_meta` tells: `rollout-<time>-<uuid>.jsonl`. */
export function metaOfPath(relativePath: string, at: number | undefined): Meta {
  const base = relativePath.slice(relativePath.lastIndexOf('/') + 1).replace(/\.jsonl$/, '');
  const id = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(base)?.[0] ?? base;
  const unknown = { parentId: '', name: '', topId: '', cwd: '', branch: '', repository: '', version: '', model: '' };
  return { id, kind: 'root', createdAt: at ?? 0, seller: 'openai', ...unknown };
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isOther(topId: string, id: string, forkedFrom: string): boolean {
  return topId !== '' && topId !== id && forkedFrom === '';
}

function agentName(
  meta: Readonly<Record<string, unknown>>,
  subagent: unknown,
  spawn: Readonly<Record<string, unknown>>,
) {
  const told =
    text(spawn.agent_role) || text(meta.agent_role) || text(spawn.agent_nickname) || text(meta.agent_nickname);
  return told || text(subagent) || text(record(subagent).other);
}
