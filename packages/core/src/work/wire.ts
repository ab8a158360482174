/** How the work is spelled outside: '' becomes null, instants ISO 8601, `workstream` stands beside `workplan`. */
import { formatNanoDecimal } from '../money.ts';
import { wireInstant } from '../wire.ts';
import type { WireCommit, WireRelease, WireRepo, WireTask, WireTokenEvent, WireWorkplan } from '../wire-work.ts';
import type { Commit, Release, Repo, Task, Workplan } from './entity.ts';
import type { KeptEvent } from './store.ts';
import { eventTokens } from './token-event.ts';

const orNull = (text: string) => (text === '' ? null : text);

export function wireRepo(repo: Repo): WireRepo {
  return {
    repo_id: repo.id,
    name: repo.name,
    remote: orNull(repo.remote),
    root: orNull(repo.root),
    created_at: wireInstant(repo.createdAt),
  };
}

/** `tasks`: those of the workplan. */
export function wireWorkplan(workplan: Workplan, tasks: Iterable<Task>): WireWorkplan {
  const own = [...tasks].filter((task) => task.workplanId === workplan.id && task.status !== 'cancelled');
  return {
    workplan_id: workplan.id,
    workstream_id: workplan.id,
    name: workplan.name,
    repo_id: orNull(workplan.repoId),
    cap_usd: workplan.capNano === null ? null : formatNanoDecimal(workplan.capNano),
    tasks_total: own.length,
    tasks_done: own.filter((task) => task.status === 'done').length,
    created_at: wireInstant(workplan.createdAt),
  };
}

export function wireTask(task: Task): WireTask {
  return {
    task_id: task.id,
    title: task.title,
    workplan_id: orNull(task.workplanId),
    workstream_id: orNull(task.workplanId),
    repo_id: orNull(task.repoId),
    status: task.status,
    sessions: task.sessions,
    created_at: wireInstant(task.createdAt),
    updated_at: wireInstant(task.updatedAt),
    done_at: wireInstant(task.doneAt),
  };
}

export function wireCommit(commit: Commit): WireCommit {
  return {
    commit_sha: commit.id,
    repo_id: commit.repoId,
    branch: orNull(commit.branch),
    task_id: orNull(commit.taskId),
    authored_at: wireInstant(commit.authoredAt),
    release_id: orNull(commit.releaseId),
    reverted: commit.isReverted,
    pull_request: orNull(commit.pullRequest),
  };
}

/** `commits`: of all; those of the release are counted. */
export function wireRelease(release: Release, commits: Iterable<Commit>): WireRelease {
  return {
    release_id: release.id,
    repo_id: release.repoId,
    tag: release.tag,
    commit_sha: orNull(release.commitSha),
    released_at: wireInstant(release.releasedAt),
    commits: [...commits].filter((commit) => commit.releaseId === release.id).length,
  };
}

export function wireTokenEvent(event: KeptEvent): WireTokenEvent {
  return {
    id: event.id,
    task_id: orNull(event.taskId),
    workstream_id: orNull(event.workplanId),
    workplan_id: orNull(event.workplanId),
    repo_id: orNull(event.repoId),
    commit_sha: orNull(event.commitSha),
    release_id: orNull(event.releaseId),
    run_id: orNull(event.runId),
    session_id: orNull(event.sessionId),
    model: orNull(event.model),
    agent: orNull(event.agent),
    tokens_in: event.tokensIn ?? null,
    tokens_out: event.tokensOut ?? null,
    tokens_total: eventTokens(event),
    cache_read: event.cacheRead ?? null,
    cache_write_5m: event.cacheWrite5m ?? null,
    cache_write_1h: event.cacheWrite1h ?? null,
    certainty: event.certainty,
    superseded: event.isSuperseded,
    cost_usd: event.costNano === null ? null : formatNanoDecimal(event.costNano),
    created_at: wireInstant(event.createdAt),
    idempotency_key: orNull(event.key),
  };
}
