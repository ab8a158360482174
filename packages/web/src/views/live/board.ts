/**
 * What the page knows of runs, folded from the frames of the stream. Every frame carries whole values, so a lost one heals
 * itself; one that comes late changes nothing; a figure goes down only where the source settles or corrects. Pure.
 */
import type { WireLiveNow, WireLiveRun, WireLiveStrip, WireUsageDelta, WireUsageSettled } from '@tokenmeter/core';
import { isEnded } from './run-words.ts';

export interface LiveRow {
  readonly run: WireLiveRun;
  /** What brought the latest figures: only those of `live` may flash. */
  readonly cause: 'snapshot' | WireUsageDelta['kind'];
}

export interface Board {
  readonly rows: ReadonlyMap<string, LiveRow>;
  readonly strip: WireLiveStrip | undefined;
  readonly isDemo: boolean;
}

export const EMPTY_BOARD: Board = { rows: new Map(), strip: undefined, isDemo: false };

/** How long an ended run stays to be seen. */
const LINGER_MS = 60_000;

/** All of it anew. Runs it no longer names are gone, except those that just ended. */
export function takeSnapshot(board: Board, now: WireLiveNow): Board {
  const rows = new Map<string, LiveRow>();
  for (const run of now.runs) rows.set(run.run_id, { run, cause: 'snapshot' });
  for (const [id, row] of board.rows) if (isEnded(row.run) && !rows.has(id)) rows.set(id, row);
  return { rows, strip: now.strip, isDemo: now.is_demo };
}

export function takeDelta(board: Board, { run, kind }: WireUsageDelta): Board {
  const before = board.rows.get(run.run_id);
  if (before && run.seq < before.run.seq) return board;
  return withRow(board, { run: before && kind === 'live' ? neverLess(before.run, run) : run, cause: kind });
}

/** The end of a run: its figures are final, whatever was shown. */
export function takeSettled(board: Board, { run }: WireUsageSettled): Board {
  const before = board.rows.get(run.run_id);
  if (before && run.seq < before.run.seq) return board;
  return withRow(board, { run, cause: 'settle' });
}

/** Without the runs that ended longer ago than they are shown. `nowMs` is the server's clock. */
export function dropEnded(board: Board, nowMs: number): Board {
  const rows = new Map([...board.rows].filter(([, { run }]) => !isOver(run, nowMs)));
  return rows.size === board.rows.size ? board : { ...board, rows };
}

/** UTC ms at which the next ended run leaves; undefined where none has ended. */
export function nextDrop(board: Board): number | undefined {
  const ends = [...board.rows.values()].flatMap(({ run }) => (isEnded(run) ? [endOf(run) + LINGER_MS] : []));
  return ends.length === 0 ? undefined : Math.min(...ends);
}

export function countActive(board: Board): number {
  return [...board.rows.values()].filter(({ run }) => !isEnded(run)).length;
}

/** Sub-agents at work, over all active runs. */
export function countSubAgents(board: Board): number {
  let count = 0;
  for (const { run } of board.rows.values()) {
    if (isEnded(run)) continue;
    count += run.threads.filter((thread) => thread.parent_thread_id !== null && thread.status === 'running').length;
  }
  return count;
}

function withRow(board: Board, row: LiveRow): Board {
  return { ...board, rows: new Map(board.rows).set(row.run.run_id, row) };
}

/** An estimate may have run ahead of what is known now: what was shown stays until the source settles it. */
function neverLess(before: WireLiveRun, run: WireLiveRun): WireLiveRun {
  if (before.usage === null || (run.usage !== null && run.usage.tokens >= before.usage.tokens)) return run;
  return {
    ...run,
    usage: before.usage,
    estimated_tokens: before.estimated_tokens,
    spend: before.spend,
    own_cost_usd: before.own_cost_usd,
    subagent_cost_usd: before.subagent_cost_usd,
    threads: before.threads,
  };
}

function isOver(run: WireLiveRun, nowMs: number): boolean {
  return isEnded(run) && nowMs >= endOf(run) + LINGER_MS;
}

function endOf(run: WireLiveRun): number {
  return Date.parse(run.ended_at ?? run.last_event_at);
}
