/** What is copied of each table of the page: raw numbers, decimal dollars, ids beside names. */
import type { WireCostRow } from '@tokenmeter/core';
import type { CostPart } from '../../stores/cost.ts';
import type { CopyColumn } from '../../table/copy.ts';

type Column = CopyColumn<WireCostRow>;

const number = (name: string, value: (row: WireCostRow) => number | string | null): Column => ({
  name,
  value,
  isNumber: true,
});
const text = (name: string, value: (row: WireCostRow) => string | null): Column => ({ name, value });

const NAMES: readonly Column[] = [text('id', ({ id }) => id), text('name', ({ name }) => name)];

const SPEND: readonly Column[] = [
  number('tokens_in', (row) => row.tokens_in),
  number('tokens_out', (row) => row.tokens_out),
  number('tokens', (row) => row.tokens),
  number('measured_tokens', ({ measured }) => measured.tokens),
  number('reported_tokens', ({ reported }) => reported.tokens),
  number('estimated_tokens', ({ estimated }) => estimated.tokens),
  number('superseded_tokens', ({ superseded }) => superseded.tokens),
  number('cost_usd', (row) => row.cost_usd),
  { name: 'cost_is_partial', value: (row) => !row.cost_complete },
  number('unpriced_tokens', (row) => row.unpriced_tokens),
];

const OWN: Readonly<Partial<Record<CostPart, readonly Column[]>>> = {
  repo: [number('runs', ({ runs }) => runs)],
  model: [
    number('price_input', ({ price }) => price?.input ?? null),
    number('price_output', ({ price }) => price?.output ?? null),
  ],
  workplan: [
    text('repo', (row) => row.repo_name),
    number('tasks_done', (row) => row.tasks_done),
    number('tasks_total', (row) => row.tasks_total),
    number('cost_per_done_task_usd', (row) => row.cost_per_done_task_usd),
    number('cap_usd', (row) => row.cap_usd),
    number('cap_percent', (row) => row.cap_percent),
  ],
  release: [
    text('repo', (row) => row.repo_name),
    text('released_at', (row) => row.released_at),
    number('commits', (row) => row.commits),
    number('cost_per_commit_usd', (row) => row.cost_per_commit_usd),
  ],
  task: [
    text('repo', (row) => row.repo_name),
    text('main_model', (row) => row.main_model),
    text('status', (row) => row.status),
    text('ended', ({ ended }) => ended?.kind ?? null),
    text('commit_or_release', ({ ended }) => ended?.name ?? null),
  ],
};

export function copyColumns(part: CostPart): Column[] {
  return [...NAMES, ...(OWN[part] ?? []), ...SPEND];
}
