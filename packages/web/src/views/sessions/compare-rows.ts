/**
 * What a comparison of sessions says, row by row, and which figure of a row is the lowest and which the highest. Pure.
 * Unknown figures are neither; where all known ones are equal nothing is marked.
 */
import { parseNanoDecimal, type WireSession } from '@tokenmeter/core';
import {
  type DateFormat,
  formatContextPercent,
  formatCount,
  formatDateTime,
  formatDuration,
  formatPercent,
  formatTokens,
  modelNames,
} from '@tokenmeter/core/format';
import { countSubAgents, durationMs, projectTitle } from './list.ts';

export interface CompareCell {
  readonly text: string;
  readonly mark: 'lowest' | 'highest' | undefined;
}

export interface CompareRow {
  readonly name: string;
  readonly cells: readonly CompareCell[];
}

type Value = number | bigint | null;

interface Measure {
  readonly name: string;
  readonly value: (session: WireSession) => Value;
  readonly text: (value: number, session: WireSession) => string;
}

/** Cache read over all that was sent. */
function cacheHit({ totals }: WireSession): number | null {
  const sent = totals.input + totals.cache_read + totals.cache_write_5m + totals.cache_write_1h;
  return sent === 0 ? null : totals.cache_read / sent;
}

const tokens = (value: number) => formatTokens(value);

const MEASURES: readonly Measure[] = [
  { name: 'Duration', value: durationMs, text: (value) => formatDuration(value) },
  { name: 'Prompts', value: ({ prompts }) => prompts, text: (value) => formatCount(value) },
  { name: 'Calls', value: ({ totals }) => totals.calls, text: (value) => formatCount(value) },
  { name: 'Tool calls', value: ({ totals }) => totals.tool_calls, text: (value) => formatCount(value) },
  { name: 'Sub-agents', value: countSubAgents, text: (value) => formatCount(value) },
  { name: 'Compactions', value: ({ compactions }) => compactions, text: (value) => formatCount(value) },
  {
    name: 'Context peak',
    value: ({ context_peak }) => context_peak,
    text: (value, { context_window }) => `${formatTokens(value)} ${formatContextPercent(value, context_window)}`.trim(),
  },
  { name: 'Cache read', value: ({ totals }) => totals.cache_read, text: tokens },
  { name: 'Cache write', value: ({ totals }) => totals.cache_write_5m + totals.cache_write_1h, text: tokens },
  { name: 'Input', value: ({ totals }) => totals.input, text: tokens },
  { name: 'Output', value: ({ totals }) => totals.output, text: tokens },
  { name: 'Tokens', value: ({ totals }) => totals.tokens, text: tokens },
  { name: 'Cache hit', value: cacheHit, text: (value) => formatPercent(value) },
];

/** What the sessions are, without marks. */
export function factRows(sessions: readonly WireSession[], dates: DateFormat): readonly CompareRow[] {
  const row = (name: string, text: (session: WireSession) => string): CompareRow => ({
    name,
    cells: sessions.map((session) => ({ text: text(session) || '—', mark: undefined })),
  });
  return [
    row('Agent', ({ agent_name }) => agent_name),
    row('Models', ({ models }) => [...modelNames(models).values()].join(', ')),
    row('Repo', projectTitle),
    row('Branch', ({ branch }) => branch ?? ''),
    row('Started', ({ started_at }) => formatDateTime(Date.parse(started_at), dates)),
  ];
}

export function measureRows(sessions: readonly WireSession[]): readonly CompareRow[] {
  return MEASURES.map(({ name, value, text }) => {
    const values = sessions.map(value);
    const marks = markExtremes(values);
    return {
      name,
      cells: sessions.map((session, index) => {
        const found = values[index] ?? null;
        return { text: found === null ? '—' : text(Number(found), session), mark: marks[index] };
      }),
    };
  });
}

/** Marks of the cost row; the amounts themselves are money, which the page draws. A partly priced session has no mark. */
export function costMarks(sessions: readonly WireSession[]): readonly CompareCell['mark'][] {
  return markExtremes(
    sessions.map(({ totals }) =>
      totals.cost_usd === null || !totals.cost_complete ? null : (parseNanoDecimal(totals.cost_usd) ?? null),
    ),
  );
}

export function markExtremes(values: readonly Value[]): readonly CompareCell['mark'][] {
  const known = values.filter((value) => value !== null);
  const [first] = known;
  if (first === undefined) return values.map(() => undefined);
  const lowest = known.reduce((least, value) => (value < least ? value : least), first);
  const highest = known.reduce((most, value) => (value > most ? value : most), first);
  return values.map((value) => {
    if (value === null || lowest === highest) return undefined;
    return value === lowest ? 'lowest' : value === highest ? 'highest' : undefined;
  });
}
