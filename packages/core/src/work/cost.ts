/**
 * Rows of the Token cost page: cells summed by one scope, named for a person, the dearest first. What belongs to no row
 * of its own is the row '', last, so that rows always add up to the whole.
 */
import { pullRequestName } from '../format/pull-request-name.ts';
import { formatNanoDecimal } from '../money.ts';
import { wireInstant } from '../wire.ts';
import type { WireCostBy, WireCostRow } from '../wire-work.ts';
import type { WorkCell } from './cell.ts';
import { OUTCOMES } from './cell.ts';
import type { Workplan } from './entity.ts';
import { addCell, costOf, type Figures, noFigures, sumCells, tokensOf, wireFigures } from './figures.ts';
import type { WorkNames } from './store.ts';

/** What rows are named after. */
export interface CostNames extends WorkNames {
  /** List price now, decimal dollars per million tokens. */
  priceOf(agent: string, model: string): { readonly input: string; readonly output: string } | null;
  nameAgent(id: string): string;
}

/** Committed since the last tag: a row of `by=release`. */
export const NEXT = 'next';

const NONE: Readonly<Record<WireCostBy, string>> = {
  repo: 'No repo',
  model: 'unknown',
  workplan: 'No workplan',
  task: 'No task',
  commit: 'No commit',
  release: 'Not released',
  pull_request: 'No pull request',
  outcome: 'Not linked',
  agent: 'unknown',
  branch: 'No branch',
};
const OUTCOME_NAMES: Readonly<Record<string, string>> = {
  shipped: 'Shipped in a release',
  committed: 'Committed, not released',
  uncommitted: 'Uncommitted work',
  reverted: 'Reverted or dropped',
  not_linked: 'Not linked',
};

export interface CostRow {
  readonly id: string;
  readonly figures: Figures;
  readonly cells: readonly WorkCell[];
}

/** Cells by scope: most cost first, then most tokens, then id; '' last. Outcomes keep their own order, empty ones too. */
export function costRows(by: WireCostBy, cells: readonly WorkCell[]): CostRow[] {
  if (by === 'outcome') return group(cells, (cell) => cell.outcome, OUTCOMES);
  return group(cells, (cell) => keyOf(by, cell)).sort(rank);
}

function group(
  cells: readonly WorkCell[],
  keyOf: (cell: WorkCell) => string,
  first: readonly string[] = [],
): CostRow[] {
  const empty = (): { figures: Figures; cells: WorkCell[] } => ({ figures: noFigures(), cells: [] });
  const groups = new Map(first.map((key) => [key, empty()]));
  for (const cell of cells) {
    const key = keyOf(cell);
    const group = groups.get(key) ?? empty();
    groups.set(key, group);
    addCell(group.figures, cell);
    group.cells.push(cell);
  }
  return [...groups].map(([id, group]) => ({ id, ...group }));
}

function keyOf(by: Exclude<WireCostBy, 'outcome'>, cell: WorkCell): string {
  if (by === 'pull_request') return cell.pullRequest;
  if (by !== 'release') return cell[by];
  return cell.release === '' && cell.outcome === 'committed' ? NEXT : cell.release;
}

function rank(a: CostRow, b: CostRow): number {
  if ((a.id === '') !== (b.id === '')) return a.id === '' ? 1 : -1;
  const [left, right] = [costOf(a.figures) ?? -1n, costOf(b.figures) ?? -1n];
  if (left !== right) return left > right ? -1 : 1;
  return tokensOf(b.figures) - tokensOf(a.figures) || (a.id < b.id ? -1 : 1);
}

export function wireCostRow(by: WireCostBy, row: CostRow, names: CostNames): WireCostRow {
  const { id, figures } = row;
  const counted = row.cells.filter((cell) => !cell.isSuperseded);
  const task = by === 'task' ? names.tasks.get(id) : undefined;
  const workplan = by === 'workplan' ? names.workplans.get(id) : undefined;
  const release = by === 'release' ? names.releases.get(id) : undefined;
  const repo = names.repos.get(repoOf(by, row, names));
  const commits = new Set(counted.map((cell) => cell.commit).filter((commit) => commit !== ''));
  const hasCommits = by === 'release' || by === 'outcome';
  const times = row.cells.filter((cell) => cell.sums.entries > 0);
  return {
    ...wireFigures(figures),
    id,
    name: nameOf(by, id, names),
    runs: runsOf(counted),
    first_at: times.length === 0 ? null : wireInstant(least(times.map((cell) => cell.firstAt))),
    last_at: times.length === 0 ? null : wireInstant(-least(times.map((cell) => -cell.lastAt))),
    repo_id: repo?.id ?? null,
    repo_name: repo?.name ?? null,
    main_model: mainModel(counted),
    branches: by === 'repo' && id !== '' ? branchesOf(row.cells) : null,
    ...workplanColumns(workplan, figures, names),
    status: task?.status ?? null,
    workplan_id: task ? task.workplanId || null : (workplan?.id ?? null),
    sessions: by === 'task' && id !== '' ? sessionsOf(counted) : null,
    ended: id !== '' && (by === 'task' || by === 'commit') ? endOf(by, id, commits, names) : null,
    price: by === 'model' ? priceOf(counted, id, names) : null,
    commits: hasCommits ? commits.size : null,
    cost_per_commit_usd: hasCommits ? share(costOf(figures), commits.size) : null,
    released_at: release ? wireInstant(release.releasedAt) : null,
    is_next: by === 'release' ? id === NEXT : null,
    tags: by === 'outcome' ? tagsOf(counted, names) : null,
  };
}

/** Root sessions and runs with spend in some cells. */
export function runsOf(cells: readonly WorkCell[]): number {
  return new Set(cells.filter((cell) => !cell.isSuperseded && cell.run !== '').map((cell) => cell.run)).size;
}

function repoOf(by: WireCostBy, row: CostRow, names: CostNames): string {
  if (by === 'repo') return row.id;
  const told =
    (by === 'workplan' && names.workplans.get(row.id)?.repoId) ||
    (by === 'task' && names.tasks.get(row.id)?.repoId) ||
    (by === 'commit' && names.commits.get(row.id)?.repoId) ||
    (by === 'release' && names.releases.get(row.id)?.repoId);
  if (told) return told;
  // Otherwise the only one its cells are in.
  const repos = new Set(row.cells.map((cell) => cell.repo));
  return row.id !== '' && repos.size === 1 ? ([...repos][0] ?? '') : '';
}

function nameOf(by: WireCostBy, id: string, names: CostNames): string {
  if (id === '') return NONE[by];
  switch (by) {
    case 'repo':
      return names.repos.get(id)?.name ?? id;
    case 'workplan':
      return names.workplans.get(id)?.name ?? id;
    case 'task':
      return names.tasks.get(id)?.title ?? id;
    case 'release':
      return names.releases.get(id)?.tag ?? id;
    case 'commit':
      return shortSha(id);
    case 'pull_request':
      return pullRequestName(id);
    case 'outcome':
      return OUTCOME_NAMES[id] ?? id;
    case 'agent':
      return names.nameAgent(id);
    default:
      return id;
  }
}

function shortSha(sha: string): string {
  return sha.slice(0, 8);
}

function mainModel(cells: readonly WorkCell[]): string | null {
  const [first] = costRows('model', cells);
  return first && first.id !== '' ? first.id : null;
}

/** Of a run that was told without a log there is no session to look at. */
function sessionsOf(cells: readonly WorkCell[]): string[] {
  const logged = new Set(
    cells.filter((cell) => cell.origin === 'calls' && cell.session === cell.run).map((cell) => cell.run),
  );
  const roots = cells.filter((cell) => logged.has(cell.run));
  return group(roots, (cell) => cell.run)
    .sort(rank)
    .map(({ id }) => id);
}

function branchesOf(cells: readonly WorkCell[]): WireCostRow['branches'] {
  return costRows('branch', cells).map(({ id, figures }) => ({ branch: id, ...wireFigures(figures) }));
}

function workplanColumns(workplan: Workplan | undefined, figures: Figures, names: CostNames) {
  if (!workplan)
    return { tasks_total: null, tasks_done: null, cost_per_done_task_usd: null, cap_usd: null, cap_percent: null };
  const tasks = [...names.tasks.values()].filter((task) => task.workplanId === workplan.id);
  const done = tasks.filter((task) => task.status === 'done').length;
  const cost = costOf(figures);
  const { capNano } = workplan;
  return {
    tasks_total: tasks.filter((task) => task.status !== 'cancelled').length,
    tasks_done: done,
    cost_per_done_task_usd: share(cost, done),
    cap_usd: capNano === null ? null : formatNanoDecimal(capNano),
    cap_percent: capNano === null || capNano === 0n || cost === null ? null : Number((cost * 100n) / capNano),
  };
}

/** A part of an amount; null where there is no amount or nobody to share it. */
function share(cost: bigint | null, among: number): string | null {
  return cost === null || among === 0 ? null : formatNanoDecimal(cost / BigInt(among));
}

/** Where a task's or a commit's work is now: its latest commit tells. */
function endOf(
  by: 'task' | 'commit',
  id: string,
  commits: ReadonlySet<string>,
  names: CostNames,
): NonNullable<WireCostRow['ended']> {
  if (by === 'task' && names.running.has(id)) return { kind: 'running', name: null, id: null };
  const own = by === 'commit' ? [id] : [...commits];
  const latest = own
    .map((sha) => names.commits.get(sha))
    .filter((commit) => commit !== undefined)
    .sort((a, b) => b.authoredAt - a.authoredAt)[0];
  if (!latest) return { kind: 'none', name: null, id: null };
  if (latest.isReverted) return { kind: 'reverted', name: shortSha(latest.id), id: latest.id };
  const release = names.releases.get(latest.releaseId);
  if (release) return { kind: 'release', name: release.tag, id: release.id };
  return { kind: 'commit', name: shortSha(latest.id), id: latest.id };
}

function priceOf(cells: readonly WorkCell[], model: string, names: CostNames): WireCostRow['price'] {
  return model === '' ? null : names.priceOf(cells[0]?.agent ?? '', model);
}

function tagsOf(cells: readonly WorkCell[], names: CostNames): string[] {
  const releases = [...new Set(cells.map((cell) => cell.release))].map((id) => names.releases.get(id));
  return releases
    .filter((release) => release !== undefined)
    .sort((a, b) => b.releasedAt - a.releasedAt)
    .map((release) => release.tag);
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

/** Rows beyond a limit as one. */
export function restOf(rows: readonly CostRow[]): Figures {
  return sumCells(rows.flatMap((row) => row.cells));
}
