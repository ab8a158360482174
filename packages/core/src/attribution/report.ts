/**
 * What a ledger answered about attribution, spelled for the wire: groups with shares that add up, the largest items,
 * fixed costs, one line of advice. Pure: the same answer makes the same report on a screen, in a terminal and as JSON.
 */
import { largestRemainderPercents } from '../format/percent.ts';
import { formatNanoDecimal } from '../money.ts';
import type { WirePeriod } from '../wire.ts';
import type {
  WireAdvice,
  WireAttribution,
  WireAttributionGroup,
  WireAttributionGroupBy,
  WireAttributionScope,
  WireByTool,
  WireFixedCost,
  WireInContext,
  WireItem,
  WireNested,
  WirePart,
} from '../wire-attribution.ts';
import type { Figures } from './advice.ts';
import { advise } from './advice.ts';
import type { Gathered } from './groups.ts';
import { gather, nameOf, subThreads } from './groups.ts';
import { isTool } from './in-flight.ts';
import type { Owner, PieceKind } from './piece.ts';
import { isFixed } from './piece.ts';
import type { AttributionAnswer, AttributionRow, StandingContext } from './question.ts';
import type { AttributionSums } from './sums.ts';
import { addSums, carriedTokens, enteredTokens, noAttribution, sumNano, sumTokens } from './sums.ts';

export interface ReportRequest {
  readonly scope: WireAttributionScope;
  readonly id: string | undefined;
  readonly period: WirePeriod;
  readonly group: WireAttributionGroupBy;
  readonly measure: 'tokens' | 'cost';
  readonly method: 'ledger' | 'in_flight';
  readonly subagents: 'nested' | 'flat';
  readonly namesAllowed: boolean;
  readonly withContext: boolean;
}

const MOST_ITEMS = 20;

export function attributionReport(answer: AttributionAnswer, request: ReportRequest): WireAttribution {
  const { bill } = answer;
  const { scope, id, period, group, measure, method, subagents, namesAllowed } = request;
  const subs = subThreads(answer);
  const isNested = subagents === 'nested' && (group === 'kind' || group === 'tool');
  const groups = groupsOf(answer, gather(answer, group, isNested ? subs : new Set()), measure);
  const whole = sumOf(answer.rows);
  const items = itemsOf(answer.rows, namesAllowed);
  const contexts = answer.contexts.filter((context) => !subs.has(context.threadId));
  return {
    scope,
    id: id ?? null,
    period,
    group,
    measure,
    method,
    subagents,
    state: stateOf(answer, whole),
    totals: { ...partOf(whole), ...spendOf(whole), calls: bill.calls, tool_calls: bill.toolCalls },
    measured_share: share(whole.measured, sumTokens(whole)),
    groups,
    items: items.slice(0, MOST_ITEMS),
    names_allowed: namesAllowed,
    fixed: fixedOf(answer, contexts),
    advice: adviceOf(answer, whole, items, subs),
    in_context: request.withContext ? inContext(contexts, namesAllowed) : null,
  };
}

/** A run's frames are small, whatever its client calls its servers: what is beyond these is `other`. */
const MOST_KINDS = 40;

/** Rows by kind, largest first, as a run carries them. */
export function byTool(
  rows: readonly { readonly owner: Owner; readonly sums: AttributionSums }[],
): readonly WireByTool[] {
  const kinds = new Map<PieceKind, AttributionSums>();
  for (const { owner, sums } of rows) {
    const known = kinds.get(owner.kind) ?? noAttribution();
    addSums(known, sums);
    kinds.set(owner.kind, known);
  }
  const bySize = (a: [PieceKind, AttributionSums], b: [PieceKind, AttributionSums]) =>
    sumTokens(b[1]) - sumTokens(a[1]);
  if (kinds.size > MOST_KINDS) {
    const rest = noAttribution();
    const named = [...kinds].filter(([kind]) => kind !== 'other').sort(bySize);
    for (const [kind, sums] of [
      ...named.slice(MOST_KINDS - 1),
      ['other', kinds.get('other') ?? noAttribution()] as const,
    ]) {
      addSums(rest, sums);
      kinds.delete(kind);
    }
    kinds.set('other', rest);
  }
  const sorted = [...kinds].sort(bySize);
  const percents = largestRemainderPercents(sorted.map(([, sums]) => sumTokens(sums)));
  return sorted.map(([kind, sums], index) => ({
    kind,
    ...partOf(sums),
    ...spendOf(sums),
    percent: percents[index] ?? 0,
    measured_share: share(sums.measured, sumTokens(sums)),
  }));
}

/** All five buckets of sums. */
function partOf(sums: AttributionSums): WirePart {
  return bucketsOf(
    sums.enteredInput + sums.carriedInput,
    sums.enteredCacheRead + sums.carriedCacheRead,
    sums.enteredCacheWrite5m + sums.carriedCacheWrite5m,
    sums.enteredCacheWrite1h + sums.carriedCacheWrite1h,
    sums.output,
  );
}

/** The three phases, each with its buckets. */
function phasesOf(sums: AttributionSums): Record<'entered' | 'carried' | 'output', WirePart> {
  return {
    entered: bucketsOf(sums.enteredInput, sums.enteredCacheRead, sums.enteredCacheWrite5m, sums.enteredCacheWrite1h, 0),
    carried: bucketsOf(sums.carriedInput, sums.carriedCacheRead, sums.carriedCacheWrite5m, sums.carriedCacheWrite1h, 0),
    output: bucketsOf(0, 0, 0, 0, sums.output),
  };
}

function bucketsOf(input: number, read: number, write5m: number, write1h: number, output: number): WirePart {
  const tokens = input + read + write5m + write1h + output;
  return { input, cache_read: read, cache_write_5m: write5m, cache_write_1h: write1h, output, tokens };
}

/** Null where nothing of it has a price. */
function spendOf(sums: AttributionSums) {
  const tokens = sumTokens(sums);
  const isUnpriced = tokens > 0 && sums.unpricedTokens >= tokens;
  return {
    cost_usd: isUnpriced ? null : formatNanoDecimal(sumNano(sums)),
    cost_complete: sums.unpricedTokens === 0,
    unpriced_tokens: sums.unpricedTokens,
  };
}

/** Four decimals, and never a whole that is not one. */
function share(part: number, whole: number): number {
  if (whole === 0) return 1;
  return part === whole ? 1 : Math.min(0.9999, Math.round((part / whole) * 10_000) / 10_000);
}

function groupsOf(
  answer: AttributionAnswer,
  gathered: readonly Gathered[],
  measure: 'tokens' | 'cost',
): readonly WireAttributionGroup[] {
  const weight = measure === 'cost' ? sumNano : sumTokens;
  const sorted = [...gathered].sort(
    (a, b) => weight(b.sums) - weight(a.sums) || sumTokens(b.sums) - sumTokens(a.sums) || (a.key < b.key ? -1 : 1),
  );
  const tokens = largestRemainderPercents(sorted.map(({ sums }) => sumTokens(sums)));
  const money = largestRemainderPercents(sorted.map(({ sums }) => sumNano(sums)));
  return sorted.map((group, index) => {
    const { key, label, kind, sums, uses, targets, items } = group;
    const calls = uses.length === 0 ? items : uses.reduce((all, use) => all + use.calls, 0);
    const results = uses.reduce((all, use) => all + use.results, 0);
    const bytes = uses.reduce((all, use) => all + use.resultBytes, 0);
    const first = enteredTokens(sums) + sums.output;
    return {
      key,
      label: label ?? null,
      kind,
      ...phasesOf(sums),
      total: partOf(sums),
      ...spendOf(sums),
      tokens_percent: tokens[index] ?? 0,
      cost_percent: money[index] ?? 0,
      measured_share: share(sums.measured, sumTokens(sums)),
      calls: calls === 0 ? null : calls,
      targets: targets > 0 ? targets : null,
      mean_result_bytes: results === 0 ? null : Math.round(bytes / results),
      re_reads: first === 0 ? null : Math.round((carriedTokens(sums) / first) * 100) / 100,
      nested: group.nested.length === 0 ? null : nestedOf(answer, group.nested),
    };
  });
}

function nestedOf(answer: AttributionAnswer, rows: readonly AttributionRow[]): WireNested {
  const threads = new Map(answer.threads.map((thread) => [thread.threadId, thread]));
  const byThread = new Map<string, AttributionRow[]>();
  for (const row of rows) byThread.set(row.threadId, [...(byThread.get(row.threadId) ?? []), row]);
  const agents = [...byThread].map(([threadId, own]) => {
    const sums = sumOf(own);
    const thread = threads.get(threadId);
    const groups = gather({ ...answer, rows: own }, 'kind', new Set());
    return {
      thread_id: threadId,
      session_id: thread?.sessionId ?? '',
      name: thread?.name || null,
      calls: thread?.calls ?? 0,
      total: partOf(sums),
      ...spendOf(sums),
      groups: groups
        .map(({ key, kind, sums }) => ({ key, kind, tokens: sumTokens(sums), ...spendOf(sums) }))
        .sort((a, b) => b.tokens - a.tokens),
    };
  });
  const whole = sumOf(rows);
  return { total: partOf(whole), ...spendOf(whole), agents: agents.sort((a, b) => b.total.tokens - a.total.tokens) };
}

function itemsOf(rows: readonly AttributionRow[], namesAllowed: boolean): WireItem[] {
  return rows
    .filter((row) => row.item !== '')
    .map((row) => ({
      name: namesAllowed && row.target !== '' ? row.target : null,
      kind: row.owner.kind,
      tool: isTool(row.owner) ? row.owner.name : null,
      entered: enteredTokens(row.sums),
      re_reads: Math.max(0, row.prompts - 1),
      tokens: sumTokens(row.sums),
      measured: row.sums.measured === sumTokens(row.sums),
      ...spendOf(row.sums),
    }))
    .sort((a, b) => b.tokens - a.tokens);
}

function fixedOf(answer: AttributionAnswer, contexts: readonly StandingContext[]): readonly WireFixedCost[] {
  const rows = answer.rows.filter((row) => isFixed(row.owner.kind));
  return gather({ ...answer, rows }, 'tool', new Set())
    .map(({ key, kind, sums }) => {
      const name = key.includes(':') ? key.slice(key.indexOf(':') + 1) : null;
      const standing = contexts.at(-1)?.pieces.filter(({ owner }) => nameOf(owner) === key) ?? [];
      const uses = answer.tools.some((use) => use.owner.kind === `mcp:${name}`);
      return {
        kind,
        name,
        in_prompt: standing.reduce((all, piece) => all + piece.size, 0),
        tokens: sumTokens(sums),
        was_used: kind === 'tools' && name !== null ? uses : null,
        ...spendOf(sums),
      };
    })
    .sort((a, b) => b.tokens - a.tokens);
}

function adviceOf(
  answer: AttributionAnswer,
  whole: AttributionSums,
  items: readonly WireItem[],
  subs: ReadonlySet<string>,
): WireAdvice | null {
  const figures = (sums: AttributionSums): Figures => ({ tokens: sumTokens(sums), nano: sumNano(sums) });
  const moving = sumOf(answer.rows.filter((row) => !isFixed(row.owner.kind) && !subs.has(row.threadId)));
  const kinds = gather(answer, 'kind', subs);
  const read = items.find((item) => item.kind === 'read');
  const agents = nestedOf(
    answer,
    answer.rows.filter((row) => subs.has(row.threadId)),
  ).agents;
  const [agent] = agents;
  const dollars = (usd: string | null) => (usd === null ? 0 : Math.round(Number(usd) * 1e9));
  const unused = fixedOf(answer, []).filter((cost) => cost.was_used === false);
  const advice = advise({
    total: figures(whole),
    entered: enteredTokens(moving) + moving.output,
    carried: { tokens: carriedTokens(moving), nano: moving.costCarried },
    byKind: new Map(kinds.map(({ kind, sums }) => [kind, figures(sums)])),
    largestRead: read && {
      name: read.name ?? '',
      entered: read.entered,
      reReads: read.re_reads,
      tokens: read.tokens,
      nano: dollars(read.cost_usd),
    },
    unused: unused.map(({ name, tokens, cost_usd }) => ({ server: name ?? '', tokens, nano: dollars(cost_usd) })),
    subAgent: agent && { name: agent.name ?? '', tokens: agent.total.tokens, nano: dollars(agent.cost_usd) },
  });
  if (!advice) return null;
  const isUnpriced = spendOf(whole).cost_usd === null;
  return {
    rule: advice.rule,
    text: advice.text,
    saves_tokens: advice.tokens,
    saves_usd: isUnpriced ? null : formatNanoDecimal(advice.nano),
  };
}

function inContext(contexts: readonly StandingContext[], namesAllowed: boolean): WireInContext | null {
  const context = contexts.reduce<StandingContext | undefined>(
    (a, b) => (a && a.prompt >= b.prompt ? a : b),
    undefined,
  );
  if (!context) return null;
  const kinds = new Map<PieceKind, { tokens: number; measured: number; items: Set<string> }>();
  const sizes = new Map<string, { owner: Owner; target: string; tokens: number; isMeasured: boolean }>();
  for (const { owner, item, target, size, isMeasured } of context.pieces) {
    const known = kinds.get(owner.kind) ?? { tokens: 0, measured: 0, items: new Set() };
    known.tokens += size;
    if (isMeasured) known.measured += size;
    known.items.add(item);
    kinds.set(owner.kind, known);
    if (item === '') continue;
    const one = sizes.get(item) ?? { owner, target, tokens: 0, isMeasured: true };
    sizes.set(item, { ...one, tokens: one.tokens + size, isMeasured: one.isMeasured && isMeasured });
  }
  const sorted = [...kinds].sort((a, b) => b[1].tokens - a[1].tokens);
  const percents = largestRemainderPercents(sorted.map(([, { tokens }]) => tokens));
  const items = [...sizes.values()].sort((a, b) => b.tokens - a.tokens).slice(0, MOST_ITEMS);
  return {
    thread_id: context.threadId,
    used: context.prompt,
    window: context.window,
    measured_share: share(
      sorted.reduce((all, [, { measured }]) => all + measured, 0),
      context.prompt,
    ),
    groups: sorted.map(([kind, { tokens, measured, items: distinct }], index) => ({
      key: kind,
      kind,
      tokens,
      percent: percents[index] ?? 0,
      count: distinct.size,
      measured_share: share(measured, tokens),
    })),
    items: items.map(({ owner, target, tokens, isMeasured }) => ({
      name: namesAllowed && target !== '' ? target : null,
      kind: owner.kind,
      tool: isTool(owner) ? owner.name : null,
      entered: tokens,
      re_reads: 0,
      tokens,
      measured: isMeasured,
      cost_usd: null,
      cost_complete: true,
      unpriced_tokens: 0,
    })),
  };
}

function stateOf({ rows }: AttributionAnswer, whole: AttributionSums): WireAttribution['state'] {
  if (sumTokens(whole) === 0) return 'no_usage';
  return rows.every(({ owner }) => owner.kind === 'unattributed') ? 'not_measured' : 'ready';
}

function sumOf(rows: readonly { readonly sums: AttributionSums }[]): AttributionSums {
  const sums = noAttribution();
  for (const row of rows) addSums(sums, row.sums);
  return sums;
}
