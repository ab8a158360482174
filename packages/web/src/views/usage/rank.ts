/** Rows of the ranked table: usage of a period by agent, model, repository or host, each with its share and its days. Pure. */
import { agentName, modelName, modelNames, projectName } from '@tokenmeter/core/format';
import { type Figures, hitRatio, sumFigures } from '../../figures.ts';
import type { CopyColumn } from '../../table/copy.ts';
import type { SortColumn } from '../../table/sort.ts';
import type { FilterName, Rank } from '../../url-state.ts';
import { groupRows, type ReadRow, type Step } from './model.ts';

export interface Ranked {
  /** As the ledger names it: what a filter wants. */
  readonly id: string;
  readonly name: string;
  /** The whole name, where `name` is a short one. */
  readonly fullName: string;
  /** Second line: an agent's models. */
  readonly detail: string;
  readonly figures: Figures;
  /** Undefined where runs are not told for such rows. */
  readonly runs: number | undefined;
  /** Tokens of the steps of the period, in their order; undefined for steps to come. */
  readonly perStep: readonly (Figures | undefined)[];
}

const RANK_KEYS: Readonly<Record<Rank, string>> = { agent: 'agent', model: 'model', repo: 'project', host: 'host' };
export const RANK_NAMES: Readonly<Record<Rank, string>> = {
  agent: 'Agent',
  model: 'Model',
  repo: 'Repo',
  host: 'Host',
};
/** A ledger is of one host: there is nothing to filter. */
export const RANK_FILTERS: Readonly<Partial<Record<Rank, FilterName>>> = {
  agent: 'agent',
  model: 'model',
  repo: 'repo',
};

const MODELS_NAMED = 3;

export function rankRows(
  rank: Rank,
  rows: readonly ReadRow[],
  steps: readonly Step[],
  unit: string,
  runsByAgent: ReadonlyMap<string, number>,
): Ranked[] {
  const groups = groupRows(rows, RANK_KEYS[rank]);
  const names = modelNames([...groups.keys()]);
  return [...groups].map(([id, own]) => {
    const byStep = groupRows(own, unit);
    return {
      id,
      name: nameOf(rank, id, names),
      fullName: id,
      detail: rank === 'agent' ? modelList(own) : '',
      figures: sumFigures(own.map(({ figures }) => figures)),
      runs: rank === 'agent' ? runsByAgent.get(id) : undefined,
      perStep: steps.map(({ key, state }) =>
        state === 'future' ? undefined : sumFigures((byStep.get(key) ?? []).map(({ figures }) => figures)),
      ),
    };
  });
}

function nameOf(rank: Rank, id: string, models: ReadonlyMap<string, string>): string {
  if (rank === 'agent') return agentName(id);
  if (rank === 'model') return models.get(id) ?? id;
  return rank === 'repo' ? projectName(id) : id || 'This machine';
}

/** The rows of a ledger, which has read them all on one host. */
export function onHost(rows: readonly ReadRow[], host: string): ReadRow[] {
  return rows.map(({ key, figures }) => ({ key: { ...key, host }, figures }));
}

export const RANK_COLUMNS: readonly SortColumn<Ranked>[] = [
  { id: 'name', value: ({ name }) => name, isText: true },
  { id: 'runs', value: ({ runs }) => runs },
  { id: 'calls', value: ({ figures }) => figures.calls },
  { id: 'tokens', value: ({ figures }) => figures.tokens },
  { id: 'hit', value: ({ figures }) => hitRatio(figures) },
  { id: 'cost', value: ({ figures }) => figures.cost },
];

/** What is copied of each row, besides its name; money as decimal dollars. */
export function copyColumns(rank: Rank, dollars: (nano: bigint) => string): CopyColumn<Ranked>[] {
  const columns: CopyColumn<Ranked>[] = [
    { name: RANK_KEYS[rank], value: ({ id }) => id },
    { name: 'calls', value: ({ figures }) => figures.calls, isNumber: true },
    { name: 'input', value: ({ figures }) => figures.byType.input, isNumber: true },
    { name: 'cache_read', value: ({ figures }) => figures.byType.cacheRead, isNumber: true },
    { name: 'cache_write', value: ({ figures }) => figures.byType.cacheWrite, isNumber: true },
    { name: 'output', value: ({ figures }) => figures.byType.output, isNumber: true },
    { name: 'tokens', value: ({ figures }) => figures.tokens, isNumber: true },
    {
      name: 'cost_usd',
      value: ({ figures }) => (figures.cost === null ? null : dollars(figures.cost)),
      isNumber: true,
    },
    { name: 'cost_is_partial', value: ({ figures }) => figures.unpricedTokens > 0 },
    { name: 'unpriced_tokens', value: ({ figures }) => figures.unpricedTokens, isNumber: true },
  ];
  if (rank === 'agent') columns.splice(1, 0, { name: 'runs', value: ({ runs }) => runs ?? null, isNumber: true });
  return columns;
}

/** The models of an agent, the dearest first; more than three as a number. */
function modelList(rows: readonly ReadRow[]): string {
  const models = [...groupRows(rows, 'model')]
    .map(([model, own]) => ({ model, figures: sumFigures(own.map(({ figures }) => figures)) }))
    .sort((a, b) => Number((b.figures.cost ?? 0n) - (a.figures.cost ?? 0n)) || b.figures.tokens - a.figures.tokens);
  if (models.length > MODELS_NAMED) return `${models.length} models`;
  return models.map(({ model }) => modelName(model)).join(', ');
}
