/** What was measured, as names: the sessions, runs, tasks and commits that reported events must not add to. */
import type { MeasuredWork, WorkCell } from '@tokenmeter/core/work';
import type { Driver } from '../driver.ts';
import type { Links } from './links.ts';
import { isAlone, type RunRow } from './run-cells.ts';

/** The part that calls and runs decide; events posted as exact decide the rest. */
export type MeasuredBase = Pick<MeasuredWork, 'sessions' | 'runs' | 'tasks' | 'commits'>;

/** Sessions with calls, and those at the top of them. */
export function measuredSessions(driver: Driver): Set<string> {
  const sessions = new Set<string>();
  for (const row of driver
    .prepare(
      `SELECT DISTINCT n.session_id, n.root_id FROM total m JOIN strand s ON s.id = m.strand
        JOIN session n ON n.id = s.session WHERE m.entries > 0`,
    )
    .all<{ session_id: string; root_id: string }>()) {
    sessions.add(row.session_id);
    if (row.root_id !== '') sessions.add(row.root_id);
  }
  return sessions;
}

export function measuredBase(
  calls: readonly WorkCell[],
  sessions: ReadonlySet<string>,
  links: Links,
  runs: readonly RunRow[],
): MeasuredBase {
  const tasks = new Set(calls.map((cell) => cell.task));
  for (const [session, task] of links.taskOf) if (sessions.has(session)) tasks.add(task);
  const known = runs.filter((run) => sessions.has(run.sessionId) || isAlone(run, sessions));
  for (const run of known) tasks.add(run.taskId);
  return {
    sessions,
    tasks,
    runs: new Set(known.map((run) => run.id)),
    commits: new Set(calls.map((cell) => cell.commit)),
  };
}

export function measuredWork(driver: Driver, base: MeasuredBase): MeasuredWork {
  const told = driver
    .prepare('SELECT DISTINCT run_id, session_id, task_id FROM token_event_total WHERE certainty = 0')
    .all<{ run_id: string; session_id: string; task_id: string }>();
  return {
    ...base,
    toldRuns: new Set(told.map((row) => row.run_id)),
    toldSessions: new Set(told.map((row) => row.session_id)),
    toldTasks: new Set(told.map((row) => row.task_id)),
  };
}
