/**
 * Rows of the attribution chart: what the server tells by kind, folded into the families that have a colour, the largest
 * first, small ones together, with whole percents that add up to 100. Pure; it writes no text but names and counts.
 */
import { parseNanoDecimal, type WireAttribution, type WireAttributionGroup, type WireByTool } from '@tokenmeter/core';
import { formatPlural, formatShares } from '@tokenmeter/core/format';
import { type Kind, kindOf, OTHER, partWord } from '../kinds.ts';

export type AttributionMode = 'context' | 'tokens' | 'cost';

export interface AttributionRow extends Kind {
  /** `38 files`, `24 commands`, `prompt, tools`; '' where there is nothing to count. */
  readonly detail: string;
  /** Tokens, or nano-dollars in the mode of cost. */
  readonly value: bigint;
  /** Part of `value` that was sent again and again, not for the first time; 0 where that is not told. */
  readonly carried: bigint;
  readonly share: string;
  /** Part of it is split by estimate. */
  readonly isEstimated: boolean;
}

/** Smaller ones go into Other. */
const LEAST_SHARE = 0.01;
const MOST_ROWS = 8;

interface Piece {
  readonly kind: string;
  readonly value: bigint;
  readonly carried: bigint;
  readonly measured: number;
  readonly calls: number;
  readonly targets: number;
}

export function attributionRows(answer: WireAttribution, mode: AttributionMode): AttributionRow[] {
  if (mode === 'context')
    return fold(
      (answer.in_context?.groups ?? []).map(({ kind, tokens, count, measured_share: measured }) => ({
        kind,
        value: BigInt(tokens),
        carried: 0n,
        measured,
        calls: count,
        targets: 0,
      })),
    );
  return fold(answer.groups.map((group) => (mode === 'cost' ? costPiece(group) : tokenPiece(group))));
}

/** The same from what a live run carries with it. */
export function liveRows(byTool: readonly WireByTool[]): AttributionRow[] {
  return fold(
    byTool.map(({ kind, tokens, measured_share: measured }) => ({
      kind,
      value: BigInt(tokens),
      carried: 0n,
      measured,
      calls: 0,
      targets: 0,
    })),
  );
}

/** `Read 41%, System 25%`: the bar for those who do not see it. */
export function attributionWords(rows: readonly AttributionRow[]): string {
  return rows.map(({ name, share }) => `${name} ${share}`).join(', ');
}

function tokenPiece(group: WireAttributionGroup): Piece {
  return {
    ...countsOf(group),
    value: BigInt(group.total.tokens),
    carried: BigInt(group.carried.tokens),
  };
}

function costPiece(group: WireAttributionGroup): Piece {
  const value = group.cost_usd === null ? 0n : (parseNanoDecimal(group.cost_usd) ?? 0n);
  return { ...countsOf(group), value, carried: 0n };
}

function countsOf({ kind, measured_share: measured, calls, targets }: WireAttributionGroup) {
  return { kind, measured, calls: calls ?? 0, targets: targets ?? 0 };
}

function fold(pieces: readonly Piece[]): AttributionRow[] {
  const families = new Map<string, { readonly kind: Kind; readonly pieces: Piece[] }>();
  const add = (kind: Kind, own: readonly Piece[]) => {
    const known = families.get(kind.id);
    if (known) known.pieces.push(...own);
    else families.set(kind.id, { kind, pieces: [...own] });
  };
  for (const piece of pieces) if (piece.value > 0n) add(kindOf(piece.kind), [piece]);
  const whole = Number(sum(pieces, ({ value }) => value));
  const ranked = [...families.values()]
    .filter(({ kind }) => kind.id !== OTHER.id)
    .sort((a, b) => compare(sum(b.pieces, weightOf), sum(a.pieces, weightOf)));
  const isSmall = (own: readonly Piece[]) => Number(sum(own, weightOf)) < whole * LEAST_SHARE;
  const large = ranked.filter(({ pieces: own }) => !isSmall(own));
  const hasOther = large.length < ranked.length || families.has(OTHER.id);
  const kept = large.slice(0, hasOther || large.length > MOST_ROWS ? MOST_ROWS - 1 : MOST_ROWS);
  const rest = [...ranked.filter((family) => !kept.includes(family)), ...[families.get(OTHER.id)].filter(isThere)];
  const rows = kept.map(({ kind, pieces: own }) => ({ kind, pieces: own, detail: detailOf(kind, own) }));
  if (rest.length > 0)
    rows.push({
      kind: OTHER,
      pieces: rest.flatMap(({ pieces: own }) => own),
      detail: rest.length > 1 ? formatPlural(rest.length, 'kind') : '',
    });
  const shares = formatShares(rows.map(({ pieces: own }) => sum(own, weightOf)));
  return rows.map(({ kind, pieces: own, detail }, index) => ({
    ...kind,
    detail,
    value: sum(own, weightOf),
    carried: sum(own, ({ carried }) => carried),
    share: shares[index] ?? '',
    isEstimated: own.some(({ measured }) => measured < 1),
  }));
}

const COUNTED: Readonly<Record<string, readonly [one: string, many: string]>> = {
  read: ['read', 'reads'],
  bash: ['command', 'commands'],
  edit: ['edit', 'edits'],
  search: ['search', 'searches'],
  web: ['fetch', 'fetches'],
  agent: ['agent', 'agents'],
};

function detailOf({ id }: Kind, pieces: readonly Piece[]): string {
  const calls = pieces.reduce((count, piece) => count + piece.calls, 0);
  const targets = pieces.reduce((count, piece) => count + piece.targets, 0);
  if (id === 'read' && targets > 0) return formatPlural(targets, 'file');
  const words = id.startsWith('mcp') ? (['call', 'calls'] as const) : COUNTED[id];
  if (words) return calls === 0 ? '' : formatPlural(calls, words[0], words[1]);
  const ranked = pieces.toSorted((a, b) => compare(b.value, a.value));
  return [...new Set(ranked.flatMap(({ kind }) => partWord(kind) ?? []))].slice(0, 3).join(', ');
}

function weightOf({ value }: Piece): bigint {
  return value;
}

function sum(pieces: readonly Piece[], of: (piece: Piece) => bigint): bigint {
  return pieces.reduce((total, piece) => total + of(piece), 0n);
}

function compare(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
