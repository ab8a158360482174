/** The answer of the Token cost page: cells of a period, filtered, by one scope, named and summed. */
import type { Ledger, WireCost, WireCostBy, WireTokenSummary } from '@tokenmeter/core';
import { wireInstant } from '@tokenmeter/core';
import { agentName } from '@tokenmeter/core/format';
import { CATALOGUE_DATE, formatDollarsPerMillion } from '@tokenmeter/core/price';
import {
  type CostNames,
  costRows,
  type EntityKind,
  restOf,
  runsOf,
  sumCells,
  tokensOf,
  type WorkCell,
  type WorkStore,
  wireCostRow,
  wireFigures,
} from '@tokenmeter/core/work';
import { WorkFault } from './fault.ts';

export const COST_FILTERS = ['agent', 'model', 'project', 'branch', 'session', 'repo', 'workplan', 'task'] as const;
export type CostFilter = (typeof COST_FILTERS)[number];

export interface CostQuestion {
  readonly by: WireCostBy;
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly tz: string;
  readonly only: Partial<Record<CostFilter, readonly string[]>>;
  readonly except: Partial<Record<CostFilter, readonly string[]>>;
  readonly limit?: number | undefined;
  readonly now: number;
}

/** What is asked: the ledger for prices, the work for everything else. */
export interface CostSources {
  readonly ledger: Ledger;
  readonly work: WorkStore;
}

export async function readCost(sources: CostSources, question: CostQuestion): Promise<WireCost> {
  const { by, since, until, tz, now, limit } = question;
  const names = await namesOf(sources, now);
  const { cells, lastAt } = await sources.work.cells(since, until);
  const shown = cells.filter(filterOf(question, names));
  const rows = costRows(by, shown).filter((row) => by === 'outcome' || row.cells.length > 0);
  const own = rows.filter((row) => row.id !== '' && row.id !== 'not_linked');
  const kept = limit === undefined ? own : own.slice(0, limit);
  const beyond = own.slice(kept.length);
  const last = rows.filter((row) => !own.includes(row));
  const models = costRows('model', shown);
  return {
    by,
    generated_at: wireInstant(now),
    period: { since: wireInstant(since), until: wireInstant(until), tz },
    closed: until !== undefined && until <= now,
    totals: wireFigures(sumCells(shown)),
    linked: wireFigures(restOf(own)),
    rows: [...kept, ...last].map((row) => wireCostRow(by, row, names)),
    rest: beyond.length === 0 ? null : { ...wireFigures(restOf(beyond)), count: beyond.length },
    repos: new Set(shown.map((cell) => cell.repo).filter((repo) => repo !== '')).size,
    runs: runsOf(shown),
    last_event_at: wireInstant(lastAt),
    prices_from: CATALOGUE_DATE,
    unpriced_models: models.filter((row) => row.figures.sums.unpricedTokens > 0).length,
  };
}

const KINDS = { task: 'task', workstream: 'workplan', workplan: 'workplan', repo: 'repo', commit: 'commit', release: 'release' } as const; // biome-ignore format: -- one line reads as a table
export type SummaryScope = keyof typeof KINDS;
export const SUMMARY_SCOPES = ['task', 'workstream', 'workplan', 'repo', 'commit', 'release'] as const;

/** Everything of one scope. Throws `not-found` where there is nothing of that id. */
export async function readSummary(
  sources: CostSources,
  scope: SummaryScope,
  reference: string,
  now: number,
): Promise<WireTokenSummary> {
  const kind = KINDS[scope];
  const entity = await sources.work.find(kind, reference);
  if (!entity) throw new WorkFault('not-found', 'id', `Cannot find the ${scope} "${reference}": see GET /api/${kind}s`);
  const cells = await sources.work.scope(kind, entity.id);
  const figures = sumCells(cells);
  const times = cells.filter((cell) => !cell.isSuperseded);
  return {
    scope,
    id: entity.id,
    name: nameOf(kind, entity, await namesOf(sources, now)),
    ...wireFigures(figures),
    tokens_total: tokensOf(figures),
    event_count: figures.events + figures.sums.calls,
    first_event_at: wireInstant(edgeOf(times, (cell) => cell.firstAt, Math.min)),
    last_event_at: wireInstant(edgeOf(times, (cell) => cell.lastAt, Math.max)),
    by_model: costRows('model', cells).map((row) => ({ model: row.id || 'unknown', ...wireFigures(row.figures) })),
  };
}

function edgeOf(cells: readonly WorkCell[], at: (cell: WorkCell) => number, pick: (a: number, b: number) => number) {
  return cells.length === 0 ? null : cells.map(at).reduce((a, b) => pick(a, b));
}

function nameOf(kind: EntityKind, entity: { readonly id: string }, names: CostNames): string {
  const row = { id: entity.id, figures: sumCells([]), cells: [] };
  return wireCostRow(kind, row, names).name;
}

async function namesOf({ ledger, work }: CostSources, now: number): Promise<CostNames> {
  const book = ledger.prices();
  return {
    ...(await work.names()),
    nameAgent: agentName,
    priceOf: (agent, model) => {
      const rates = book.find(agent, '', model, now)?.price.rates;
      return rates
        ? { input: formatDollarsPerMillion(rates.input), output: formatDollarsPerMillion(rates.output) }
        : null;
    },
  };
}

/** A repository, workplan or task is meant by its id or its name; a session by its own id or its root's. */
function filterOf({ only, except }: CostQuestion, names: CostNames): (cell: WorkCell) => boolean {
  const sayings: Readonly<Record<CostFilter, (cell: WorkCell) => readonly string[]>> = {
    agent: (cell) => [cell.agent],
    model: (cell) => [cell.model, ...(cell.model === '' ? ['unknown'] : [])],
    project: (cell) => [cell.project],
    branch: (cell) => [cell.branch],
    session: (cell) => [cell.session, cell.run],
    repo: (cell) => [cell.repo, names.repos.get(cell.repo)?.name ?? cell.repo],
    workplan: (cell) => [cell.workplan, names.workplans.get(cell.workplan)?.name ?? cell.workplan],
    task: (cell) => [cell.task, names.tasks.get(cell.task)?.title ?? cell.task],
  };
  const asked = COST_FILTERS.filter((key) => only[key] !== undefined || except[key] !== undefined);
  return (cell) =>
    asked.every((key) => {
      const said = sayings[key](cell);
      if (except[key]?.some((word) => said.includes(word))) return false;
      return only[key]?.some((word) => said.includes(word)) ?? true;
    });
}
