/** What a row of the sessions table says, how the table is ordered and how it is copied. Pure; the ledger sorts and pages. */
import type { WireSession } from '@tokenmeter/core';
import { type DateFormat, formatDateTime, projectName } from '@tokenmeter/core/format';
import type { CopyColumn } from '../../table/copy.ts';
import type { Order, SortColumn } from '../../table/sort.ts';

/** The agent's own title; where it gave none, the project and when it began. */
export function sessionTitle(session: WireSession, dates: DateFormat): string {
  if (session.title) return session.title;
  return `${projectTitle(session)}, ${formatDateTime(Date.parse(session.started_at), dates)}`;
}

export function projectTitle({ project, project_name }: WireSession): string {
  return project_name || projectName(project);
}

/** Milliseconds from the first to the last thing in its log. */
export function durationMs({ started_at, ended_at }: WireSession): number {
  return Math.max(0, Date.parse(ended_at) - Date.parse(started_at));
}

/** Every thread but the main one. */
export function countSubAgents({ threads }: WireSession): number {
  return Math.max(0, threads - 1);
}

/** What the server can sort by, under the same names; each from the largest (latest, longest) at the first click. */
export const SESSION_COLUMNS: readonly SortColumn<WireSession>[] = [
  { id: 'started', value: ({ started_at }) => started_at },
  { id: 'duration', value: durationMs },
  { id: 'calls', value: ({ totals }) => totals.calls },
  { id: 'tokens', value: ({ totals }) => totals.tokens },
  { id: 'cost', value: ({ totals }) => totals.cost_usd },
];
export const NEWEST_FIRST: Order = { column: 'started', ascending: false };

/** An order as the server spells it. */
export function serverSort({ column, ascending }: Order): string {
  return ascending ? `${column}:asc` : column;
}

export const SESSION_COPY: readonly CopyColumn<WireSession>[] = [
  { name: 'session_id', value: ({ session_id }) => session_id },
  { name: 'agent', value: ({ agent }) => agent },
  { name: 'title', value: ({ title }) => title },
  { name: 'project', value: ({ project }) => project },
  { name: 'branch', value: ({ branch }) => branch },
  { name: 'started_at', value: ({ started_at }) => started_at },
  { name: 'ended_at', value: ({ ended_at }) => ended_at },
  { name: 'models', value: ({ models }) => models.join(' ') },
  { name: 'calls', value: ({ totals }) => totals.calls, isNumber: true },
  { name: 'tool_calls', value: ({ totals }) => totals.tool_calls, isNumber: true },
  { name: 'sub_agents', value: countSubAgents, isNumber: true },
  { name: 'context_peak', value: ({ context_peak }) => context_peak, isNumber: true },
  { name: 'context_window', value: ({ context_window }) => context_window, isNumber: true },
  { name: 'input', value: ({ totals }) => totals.input, isNumber: true },
  { name: 'cache_read', value: ({ totals }) => totals.cache_read, isNumber: true },
  { name: 'cache_write_5m', value: ({ totals }) => totals.cache_write_5m, isNumber: true },
  { name: 'cache_write_1h', value: ({ totals }) => totals.cache_write_1h, isNumber: true },
  { name: 'output', value: ({ totals }) => totals.output, isNumber: true },
  { name: 'tokens', value: ({ totals }) => totals.tokens, isNumber: true },
  { name: 'cost_usd', value: ({ totals }) => totals.cost_usd, isNumber: true },
  { name: 'cost_is_partial', value: ({ totals }) => !totals.cost_complete },
];
