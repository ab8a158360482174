/**
 * Where a forked session begins: with the context its parent had at the fork, not with a system prompt as large as a whole
 * history. A parent is walked up to there, through forks of forks; one that descends from itself is no parent.
 */
import type { Progress } from '@tokenmeter/core';
import { BEGINNING } from '@tokenmeter/core';
import type { Driver } from './driver.ts';

export interface ThreadKey {
  readonly id: number;
  readonly session: number;
  readonly agent: number;
}

interface Parting {
  readonly parent: ThreadKey;
  /** The parent's last call that the fork has in its history. */
  readonly at: number;
}

/** A thread that begins with what another one had at an instant. */
export interface Fork extends ThreadKey {
  readonly at: number;
  /** Whether it has been walked before. */
  readonly isAttributed: boolean;
}

/** Where threads stood when others were forked from them, as their walks came by: those need not be walked again for it. */
export class ForkStarts {
  readonly #byFork = new Map<number, { readonly at: number; readonly progress: Progress }>();

  keep({ id, at }: Fork, progress: Progress): void {
    this.#byFork.set(id, { at, progress });
  }

  /** Once: whoever begins there is done with it. Undefined where no walk came by, or the fork is at another instant. */
  take(fork: number, at: number): Progress | undefined {
    const known = this.#byFork.get(fork);
    this.#byFork.delete(fork);
    return known?.at === at ? known.progress : undefined;
  }
}

const DEEPEST = 16;

/** Undefined for a thread that is no fork's main one, or whose parent is not known. */
function partingOf(driver: Driver, thread: ThreadKey): Parting | undefined {
  const own = driver
    .prepare(
      `SELECT n.parent_id AS parentId FROM thread t JOIN session n ON n.id = t.session
        WHERE t.id = ? AND t.parent_id = '' AND t.thread_id = n.session_id AND n.parent_id <> ''`,
    )
    .get<{ parentId: string }>(thread.id);
  const parent =
    own &&
    driver
      .prepare('SELECT id, session, agent FROM thread WHERE thread_id = ? AND agent = ?')
      .get<ThreadKey>(own.parentId, thread.agent);
  if (!parent || parent.id === thread.id) return undefined;
  const copied = driver
    .prepare(
      `SELECT max(c.at) AS at FROM observation o JOIN call c ON c.id = o.call JOIN strand s ON s.id = c.strand
        WHERE o.session = ? AND s.thread = ?`,
    )
    .get<{ at: number | null }>(thread.session, parent.id)?.at;
  // An agent whose copies tell nothing: what the parent had asked before the fork's own first call.
  const before =
    copied ??
    driver
      .prepare(
        `SELECT max(c.at) AS at FROM strand s JOIN call c ON c.strand = s.id WHERE s.session = ?1 AND s.thread = ?2
          AND c.at < (SELECT min(o.at) FROM strand x JOIN call o ON o.strand = x.id WHERE x.session = ?3 AND x.thread = ?4)`,
      )
      .get<{ at: number | null }>(parent.session, parent.id, thread.session, thread.id)?.at;
  return before === null || before === undefined ? undefined : { parent, at: before };
}

/** Where the thread's walk begins. `walk` walks a thread from its own start to the calls before an instant. */
export function forkStart(
  driver: Driver,
  thread: ThreadKey,
  known: ForkStarts,
  depth: number,
  walk: (parent: ThreadKey, until: number, depth: number) => Progress,
): Progress {
  const parting = depth < DEEPEST ? partingOf(driver, thread) : undefined;
  if (!parting || descendsFromItself(driver, thread)) return BEGINNING;
  const parent = known.take(thread.id, parting.at) ?? walk(parting.parent, parting.at + 1, depth + 1);
  if (parent.context.prompt < 0 || parent.contextAt > parting.at) return BEGINNING;
  return { ...parent, at: BEGINNING.at, id: BEGINNING.id };
}

/** Main threads of forks from this one that have any of its history, in the order of how much. */
export function forksOf(driver: Driver, thread: ThreadKey): Fork[] {
  return driver
    .prepare(
      `SELECT t.id AS id, t.session AS session, t.agent AS agent, a.thread IS NOT NULL AS attributed FROM session n
        JOIN thread t ON t.session = n.id AND t.thread_id = n.session_id
        LEFT JOIN attribution_thread a ON a.thread = t.id
        WHERE n.agent = ?1 AND n.parent_id = (SELECT thread_id FROM thread WHERE id = ?2)`,
    )
    .all<ThreadKey & { readonly attributed: number }>(thread.agent, thread.id)
    .flatMap(({ attributed, ...fork }) => {
      const at = descendsFromItself(driver, fork) ? undefined : partingOf(driver, fork)?.at;
      return at === undefined ? [] : [{ ...fork, at, isAttributed: attributed === 1 }];
    })
    .sort((a, b) => a.at - b.at);
}

function descendsFromItself(driver: Driver, thread: ThreadKey): boolean {
  const parentOf = driver.prepare('SELECT parent_id AS id FROM session WHERE session_id = ? AND agent = ?');
  const own = driver
    .prepare('SELECT session_id AS id FROM session WHERE id = ?')
    .get<{ id: string }>(thread.session)?.id;
  let id = own;
  for (let depth = 0; id !== undefined && id !== '' && depth < DEEPEST; depth++) {
    id = parentOf.get<{ id: string }>(id, thread.agent)?.id;
    if (id !== undefined && id === own) return true;
  }
  return id !== undefined && id !== '';
}
