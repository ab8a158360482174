/**
 * Runs as far as spend needs them: the task a session works on, and what a run used where no log tells of its calls (a
 * client that keeps none). As soon as a log does, the calls count and the run's own figures no longer.
 */
import { noMeasures } from '@tokenmeter/core';
import { outcomeOf, type WorkCell } from '@tokenmeter/core/work';
import type { Driver } from '../driver.ts';
import type { RunLink, Span } from './call-cells.ts';
import type { Links } from './links.ts';

export interface RunRow extends RunLink {
  readonly agent: string;
  readonly model: string;
  readonly cwd: string;
  readonly at: number;
  readonly status: string;
  readonly input: number | null;
  readonly cache_read: number | null;
  readonly cache_write_5m: number | null;
  readonly cache_write_1h: number | null;
  readonly output: number | null;
  readonly reasoning: number | null;
  readonly calls: number;
  readonly cost: number | bigint | null;
  readonly unpriced_tokens: number;
}

export function readRuns(driver: Driver): RunRow[] {
  return driver
    .prepare(
      `SELECT id, session_id AS sessionId, task_id AS taskId, agent,
        CASE model WHEN '' THEN requested_model ELSE model END AS model, cwd, coalesce(ended_at, started_at) AS at, status,
        input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, calls, cost, unpriced_tokens
        FROM run WHERE input IS NOT NULL OR task_id <> ''`,
    )
    .all<RunRow>();
}

/** Cells of runs that no log tells of. `sessions`: those with calls. */
export function runCells(runs: readonly RunRow[], sessions: ReadonlySet<string>, links: Links, span: Span): WorkCell[] {
  return runs
    .filter((run) => isAlone(run, sessions) && run.at >= span.since && run.at < span.until)
    .map((run) => {
      const task = links.tasks.get(run.taskId);
      const workplan = task?.workplanId ?? '';
      const repo = links.directories.get(run.cwd) || task?.repoId || links.workplans.get(workplan)?.repoId || '';
      const { input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, cost } = run;
      return {
        origin: 'calls',
        certainty: 'exact',
        isSuperseded: false,
        repo,
        workplan,
        task: run.taskId,
        commit: '',
        release: '',
        pullRequest: '',
        outcome: outcomeOf(repo, undefined, ''),
        branch: '',
        project: run.cwd,
        model: run.model,
        agent: run.agent,
        session: run.sessionId,
        run: run.id,
        firstAt: run.at,
        lastAt: run.at,
        sums: {
          ...noMeasures(),
          entries: 1,
          calls: run.calls,
          input: input ?? 0,
          cacheRead: cache_read ?? 0,
          cacheWrite5m: cache_write_5m ?? 0,
          cacheWrite1h: cache_write_1h ?? 0,
          output: output ?? 0,
          reasoning: reasoning ?? 0,
          reasoningTold: reasoning === null ? 0 : 1,
          priced: cost === null ? 0 : 1,
          // What it was paid for, the run's row does not keep apart.
          costOther: Number(cost ?? 0),
          unpricedTokens: run.unpriced_tokens,
        },
      };
    });
}

/** Whether a run has usage that the ledger has no calls of. */
export function isAlone(run: RunRow, sessions: ReadonlySet<string>): boolean {
  return run.input !== null && !sessions.has(run.sessionId || run.id);
}
