/**
 * The rule that keeps spend from being counted twice: what an agent reports or estimates never adds to what was measured
 * of the same run, session, task or commit. Such an event is kept and shown, and left out of every sum. It is derived
 * whenever sums are, so that it holds in whatever order the two became known.
 */
import type { EventCertainty, EventSubject } from './token-event.ts';

/** Of what something was measured: calls in the ledger, or events posted as `exact`. */
export interface MeasuredWork {
  /** Runs and sessions with calls of their own here. */
  readonly sessions: ReadonlySet<string>;
  readonly runs: ReadonlySet<string>;
  readonly tasks: ReadonlySet<string>;
  readonly commits: ReadonlySet<string>;
  /** The same of `exact` events. */
  readonly toldRuns: ReadonlySet<string>;
  readonly toldSessions: ReadonlySet<string>;
  readonly toldTasks: ReadonlySet<string>;
}

type Subject = Pick<EventSubject, 'taskId' | 'runId' | 'sessionId' | 'commitSha'>;

/**
 * Whether something measured counts in the place of an event. An `exact` event gives way only to calls of its own run or
 * session: of a task, other machines may measure what this one does not see.
 */
export function isSuperseded(subject: Subject, certainty: EventCertainty, measured: MeasuredWork): boolean {
  const { taskId, runId, sessionId, commitSha } = subject;
  if (has(measured.sessions, sessionId) || has(measured.runs, runId) || has(measured.sessions, runId)) return true;
  if (certainty === 'exact') return false;
  if (has(measured.toldRuns, runId) || has(measured.toldSessions, sessionId)) return true;
  if (has(measured.tasks, taskId) || has(measured.toldTasks, taskId)) return true;
  // A commit speaks for the event only where nothing closer to the work is named.
  return taskId === '' && runId === '' && sessionId === '' && has(measured.commits, commitSha);
}

function has(names: ReadonlySet<string>, name: string): boolean {
  return name !== '' && names.has(name);
}
