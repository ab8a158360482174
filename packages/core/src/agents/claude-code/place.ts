/**
 * Whose a record is: the session, the thread and the caller. A sub-agent's file says who it is by its name and a sidecar
 * beside it; what neither says is left unknown, for the parent's own log to tell. It refuses to invent a name.
 */
import type { LogFile } from '../agent.ts';
import { objectOf, textOf } from '../json.ts';
import type { Envelope } from './record.ts';

/** What the place and name of a file tell, for records that do not. */
export interface FileFacts {
  readonly sessionId: string;
  /** The sub-agent whose file it is, '' for a session's own. */
  readonly agentId: string;
  readonly agentType: string;
  /** The tool call that spawned it. */
  readonly spawnedBy: string;
  /** True where another sub-agent may have spawned it. */
  readonly isNested: boolean;
}

export interface Place {
  readonly sessionId: string;
  readonly threadId: string;
  /** '' in the main chain. */
  readonly agentId: string;
  readonly isSide: boolean;
}

const AGENT_FILE = /^agent-(.+)\.jsonl$/;

/** The sidecar of a sub-agent's file, beside it. */
export function sidecarOf(relativePath: string): string | undefined {
  const name = relativePath.slice(relativePath.lastIndexOf('/') + 1);
  return AGENT_FILE.test(name) ? name.replace(/\.jsonl$/, '.meta.json') : undefined;
}

export function fileFacts({ relativePath, sidecar }: Pick<LogFile, 'relativePath' | 'sidecar'>): FileFacts {
  const parts = relativePath.split('/');
  const name = parts.at(-1) ?? '';
  const below = parts.lastIndexOf('subagents');
  const meta = objectOf(parseSidecar(sidecar)) ?? {};
  const depth = meta.spawnDepth;
  return {
    sessionId: (below > 0 ? parts[below - 1] : undefined) ?? name.replace(/\.jsonl$/, ''),
    agentId: AGENT_FILE.exec(name)?.[1] ?? '',
    agentType: textOf(meta.agentType),
    spawnedBy: textOf(meta.toolUseId),
    isNested: typeof depth === 'number' && depth > 1,
  };
}

function parseSidecar(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `sideRoot` names a side chain that was written into its parent's file without an agent of its own. */
export function placeOf(record: Envelope, file: FileFacts, sideRoot: (record: Envelope) => string): Place {
  const sessionId = record.forkedFrom || record.sessionId || file.sessionId;
  if (!(record.isSide ?? file.agentId !== '')) return { sessionId, threadId: sessionId, agentId: '', isSide: false };
  const agentId = record.agentId || file.agentId || sideRoot(record);
  return { sessionId, threadId: `${sessionId}:${agentId}`, agentId, isSide: true };
}

/** A question asked beside the conversation: a thread of its own that begins with a replay of the main one. */
function isAside(agentId: string): boolean {
  return agentId.startsWith('aside_question');
}

/** The name of a sub-agent's thread as its own file tells it, '' where it does not. */
export function ownName(place: Place, attribution: string, file: FileFacts): string {
  if (!place.isSide) return '';
  if (isAside(place.agentId)) return 'aside';
  return (isFileOf(place, file) && file.agentType) || attribution;
}

/** Whether the file is that sub-agent's own; older names hold only the beginning of the id. */
export function isFileOf(place: Place, file: FileFacts): boolean {
  return file.agentId !== '' && place.agentId.startsWith(file.agentId);
}
