/**
 * Names that people, or Codex, gave to sessions: the index in its home, a line each time one is named
 * (codex-rs/rollout/src/session_index.rs). The newest name of a session is its title. It refuses to tell anything else.
 */
import type { Emit } from '../../event.ts';
import type { Line, LogReader, Skip } from '../agent.ts';
import { text } from './meta.ts';
import { instant } from './stamp.ts';
import { record } from './tokens.ts';

export const THREAD_NAMES = 'session_index.jsonl';

export function openThreadNames(agent: string): LogReader {
  return { read: (line, emit) => readName(agent, line, emit), state: () => null };
}

function readName(agent: string, line: Line, emit: Emit): Skip | undefined {
  let told: Readonly<Record<string, unknown>>;
  try {
    told = record(line.json());
  } catch {
    return 'damaged';
  }
  const sessionId = text(told.id);
  if (sessionId === '' || typeof told.thread_name !== 'string') return 'unknown';
  const title = told.thread_name.trim();
  if (title === '') return undefined;
  const unknown = { parentSessionId: '', cwd: '', branch: '', repository: '', version: '' };
  const at = instant(told.updated_at) ?? 0;
  emit({ type: 'session', agent, sessionId, rootSessionId: sessionId, ...unknown, title, at });
  return undefined;
}
