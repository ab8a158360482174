/**
 * Spend in its smallest pieces that any scope is a sum of: some calls of one thread up to one commit, or events that are
 * about the same. A cell names every scope it belongs to, so that totals by any of them are sums of the same cells and
 * cannot disagree.
 */
import type { Measures } from '../rollup.ts';
import type { EventCertainty } from './token-event.ts';

export const OUTCOMES = ['shipped', 'committed', 'uncommitted', 'reverted', 'not_linked'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface WorkCell {
  /** `calls`: measured here; `events`: told by somebody. */
  readonly origin: 'calls' | 'events';
  readonly certainty: EventCertainty;
  /** In no sum. */
  readonly isSuperseded: boolean;
  readonly repo: string;
  readonly workplan: string;
  readonly task: string;
  readonly commit: string;
  readonly release: string;
  /** Address of the pull request it is in. */
  readonly pullRequest: string;
  readonly outcome: Outcome;
  readonly branch: string;
  readonly project: string;
  readonly model: string;
  readonly agent: string;
  /** The session it is of, and the root session or run it counts as. */
  readonly session: string;
  readonly run: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly sums: Measures;
}

/** Where spend ended up. Work in a repository that no commit followed is uncommitted; outside of one it is not linked. */
export function outcomeOf(
  repo: string,
  commit: { readonly isReverted: boolean; readonly releaseId: string } | undefined,
  release: string,
): Outcome {
  if (commit?.isReverted) return 'reverted';
  if (release !== '' || (commit && commit.releaseId !== '')) return 'shipped';
  if (commit) return 'committed';
  return repo === '' ? 'not_linked' : 'uncommitted';
}
