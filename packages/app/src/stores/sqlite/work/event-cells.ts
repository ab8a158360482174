/** Token events as cells: what they are about, with what follows from it (a task's workplan, a commit's release). */
import {
  EVENT_CERTAINTIES,
  type EventCertainty,
  isSuperseded,
  type MeasuredWork,
  outcomeOf,
  type WorkCell,
} from '@tokenmeter/core/work';
import type { Driver } from '../driver.ts';
import { MEASURE_COLUMNS } from '../schema.ts';
import { EVENT_KEY } from '../tables/work.ts';
import { measuresOf, type Span } from './call-cells.ts';
import type { Links } from './links.ts';

type Sums = Readonly<Record<string, number | bigint>>;

interface TotalRow {
  readonly task_id: string;
  readonly workstream_id: string;
  readonly repo_id: string;
  readonly commit_sha: string;
  readonly release_id: string;
  readonly run_id: string;
  readonly session_id: string;
  readonly model: string;
  readonly agent: string;
  readonly certainty: number;
  readonly first_at: number;
  readonly last_at: number;
}

const KEY = EVENT_KEY.join(', ');
const FROM_EVENTS = `SELECT ${KEY}, min(at) AS first_at, max(at) AS last_at,
  ${MEASURE_COLUMNS.map((column) => `sum(${column}) AS ${column}`).join(', ')}
  FROM token_event_measure WHERE at >= ? AND at < ? GROUP BY ${KEY}`;

/** `span` undefined: of all time, from the sums kept. */
export function eventRows(driver: Driver, span: Span | undefined): (TotalRow & Sums)[] {
  return span
    ? driver.prepare(FROM_EVENTS).all<TotalRow & Sums>(span.since, span.until)
    : driver.prepare('SELECT * FROM token_event_total').all<TotalRow & Sums>();
}

export function eventCells(rows: readonly (TotalRow & Sums)[], links: Links, measured: MeasuredWork): WorkCell[] {
  return rows.map((row) => {
    const certainty = certaintyOf(row.certainty);
    const subject = { taskId: row.task_id, runId: row.run_id, sessionId: row.session_id, commitSha: row.commit_sha };
    const task = links.tasks.get(row.task_id);
    const commit = links.commits.get(row.commit_sha);
    const workplan = row.workstream_id || task?.workplanId || '';
    const release = row.release_id || commit?.releaseId || '';
    const repo =
      row.repo_id ||
      commit?.repoId ||
      links.releases.get(release)?.repoId ||
      task?.repoId ||
      links.workplans.get(workplan)?.repoId ||
      '';
    return {
      origin: 'events',
      certainty,
      isSuperseded: isSuperseded(subject, certainty, measured),
      repo,
      workplan,
      task: row.task_id || commit?.taskId || '',
      commit: row.commit_sha,
      release,
      pullRequest: commit?.pullRequest ?? '',
      outcome: outcomeOf(repo, commit, release),
      branch: commit?.branch ?? '',
      project: '',
      model: row.model,
      agent: row.agent,
      session: row.session_id,
      run: row.run_id || row.session_id,
      firstAt: Number(row.first_at),
      lastAt: Number(row.last_at),
      sums: measuresOf(row),
    };
  });
}

export function certaintyOf(number: number): EventCertainty {
  return EVENT_CERTAINTIES[number] ?? 'reported';
}
