/**
 * Measured spend as cells: the totals of each strand, and its calls one by one only where a strand reaches beyond the
 * period or past a commit. Nothing measured is stored a second time, so it cannot be counted twice.
 */
import { addMeasures, MEASURES, type Measures, noMeasures } from '@tokenmeter/core';
import { outcomeOf, type WorkCell } from '@tokenmeter/core/work';
import { columnOf } from '../column.ts';
import type { Driver } from '../driver.ts';
import { MEASURE_COLUMNS } from '../schema.ts';
import type { Words } from '../words.ts';
import { type BranchCommit, branchKey, commitAt, isOneCommit, type Links } from './links.ts';
import { isOneRequest, type PullRequest, readPullRequests, requestAt } from './pull-requests.ts';

type Sums = Readonly<Record<string, number | bigint>>;

interface StrandRow {
  readonly strand: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly agent: number;
  readonly model: number;
  readonly project: number;
  readonly branch: number;
  readonly session_id: string;
  readonly root_id: string;
}

/** A run as far as it ties a session to a task, or tells what no log tells. */
export interface RunLink {
  readonly id: string;
  readonly sessionId: string;
  readonly taskId: string;
}

const SUMS = MEASURE_COLUMNS.map((column) => `m.${column} AS ${column}`).join(', ');
const STRAND = `m.first_at, m.last_at, s.agent, s.model, s.project, s.branch, n.session_id, n.root_id`;

export interface Span {
  readonly since: number;
  readonly until: number;
}

export function callCells(
  driver: Driver,
  words: Words,
  links: Links,
  runs: readonly RunLink[],
  span: Span,
): WorkCell[] {
  const taskOfRun = new Map(runs.filter((run) => run.taskId !== '').map((run) => [run.sessionId, run.taskId]));
  const rows = driver
    .prepare(
      `SELECT m.strand AS strand, ${STRAND}, ${SUMS} FROM total m JOIN strand s ON s.id = m.strand
        JOIN session n ON n.id = s.session WHERE m.first_at < ? AND m.last_at >= ?`,
    )
    .all<StrandRow & Sums>(span.until, span.since);
  const pullRequests = readPullRequests(driver);
  const cells: WorkCell[] = [];
  for (const row of rows) {
    const root = row.root_id || row.session_id;
    const project = words.text(row.project);
    const branch = words.text(row.branch);
    const repo = links.directories.get(project) ?? '';
    const commits = repo === '' ? [] : (links.branches.get(branchKey(repo, branch)) ?? []);
    const told =
      links.taskOf.get(row.session_id) ??
      links.taskOf.get(root) ??
      taskOfRun.get(row.session_id) ??
      taskOfRun.get(root);
    const requests = pullRequests.get(row.session_id) ?? pullRequests.get(root) ?? [];
    for (const piece of piecesOf(driver, row, span, commits, requests)) {
      const commit = links.commits.get(piece.commit);
      const task = told ?? commit?.taskId ?? '';
      const workplan = links.tasks.get(task)?.workplanId ?? '';
      const release = commit?.releaseId ?? '';
      const home = repo || links.tasks.get(task)?.repoId || links.workplans.get(workplan)?.repoId || '';
      cells.push({
        origin: 'calls',
        certainty: 'exact',
        isSuperseded: false,
        repo: home,
        workplan,
        task,
        commit: piece.commit,
        release,
        pullRequest: piece.pullRequest || (commit?.pullRequest ?? ''),
        outcome: outcomeOf(home, commit, release),
        branch,
        project,
        model: words.text(row.model),
        agent: words.text(row.agent),
        session: row.session_id,
        run: root,
        firstAt: piece.firstAt,
        lastAt: piece.lastAt,
        sums: piece.sums,
      });
    }
  }
  return cells;
}

interface Piece {
  readonly commit: string;
  readonly pullRequest: string;
  firstAt: number;
  lastAt: number;
  readonly sums: Measures;
}

/** A strand within the period, cut at its commits and pull requests. Whole where one of each (or none) takes all of it. */
function piecesOf(
  driver: Driver,
  row: StrandRow & Sums,
  span: Span,
  commits: readonly BranchCommit[],
  requests: readonly PullRequest[],
): Piece[] {
  const placeOf = (at: number) => ({ commit: commitAt(commits, at)?.id ?? '', pullRequest: requestAt(requests, at) });
  const isInside = row.first_at >= span.since && row.last_at < span.until;
  const { first_at: firstAt, last_at: lastAt } = row;
  if (isInside && isOneCommit(commits, firstAt, lastAt) && isOneRequest(requests, firstAt, lastAt))
    return [{ ...placeOf(firstAt), firstAt, lastAt, sums: measuresOf(row) }];
  const pieces = new Map<string, Piece>();
  for (const call of detailOf(driver, row.strand, span)) {
    const at = Number(call.at);
    const place = placeOf(at);
    const key = `${place.commit}\0${place.pullRequest}`;
    const piece = pieces.get(key) ?? { ...place, firstAt: at, lastAt: at, sums: noMeasures() };
    pieces.set(key, piece);
    addMeasures(piece.sums, measuresOf(call));
    piece.firstAt = Math.min(piece.firstAt, at);
    piece.lastAt = Math.max(piece.lastAt, at);
  }
  return [...pieces.values()];
}

/** Calls of a strand in a period, and what was folded of them, which lies where its 15 minutes begin. */
function detailOf(driver: Driver, strand: number, { since, until }: Span): Sums[] {
  return [
    ...driver
      .prepare(`SELECT m.at AS at, ${SUMS} FROM call_measure m WHERE m.strand = ? AND m.at >= ? AND m.at < ?`)
      .all<Sums>(strand, since, until),
    ...driver
      .prepare(
        `SELECT m.bucket * 900000 AS at, ${SUMS} FROM folded m
          WHERE m.strand = ? AND m.bucket * 900000 >= ? AND m.bucket * 900000 < ?`,
      )
      .all<Sums>(strand, since, until),
  ];
}

/** A row's columns as measures. */
export function measuresOf(row: Sums): Measures {
  const sums = noMeasures();
  for (const name of MEASURES) sums[name] = Number(row[columnOf(name)] ?? 0);
  return sums;
}
