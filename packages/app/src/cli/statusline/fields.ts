/** The fields of a status line: from the host's JSON, the ledger and the config. It trusts nothing in the JSON. */
import {
  cacheHit,
  capLevel,
  contextLevel,
  formatContextPercent,
  formatDuration,
  formatMoney,
  formatPercent,
  formatRate,
  formatTokens,
  type Level,
  levelMark,
  modelName,
  projectName,
} from '@tokenmeter/core/format';
import type { Glance } from '../../glance.ts';
import { printable } from '../width.ts';
import type { LineSettings } from './line.ts';
import type { FieldReader } from './template.ts';

/** What the host tells, as far as it is sound. */
export interface HostFacts {
  readonly sessionId: string;
  readonly model: string;
  readonly modelId: string;
  readonly directory: string;
  readonly contextUsed: number | undefined;
  readonly contextWindow: number | undefined;
  /** The host's own idea of the percentage. */
  readonly hostPercent: number | undefined;
  readonly costNano: bigint | undefined;
  readonly elapsedMs: number | undefined;
}

export function readHost(json: unknown): HostFacts {
  const root = record(json);
  const window = record(root.context_window);
  const usage = record(window.current_usage);
  const model = record(root.model);
  const cost = record(root.cost);
  const counts = [usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens].map(count);
  const dollars = cost.total_cost_usd;
  return {
    sessionId: word(root.session_id),
    model: word(model.display_name) || word(model.id),
    modelId: word(model.id),
    directory: word(record(root.workspace).project_dir) || word(root.cwd),
    contextUsed: counts.every((value) => value === undefined)
      ? undefined
      : counts.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    contextWindow: count(window.context_window_size) || undefined,
    hostPercent: count(window.used_percentage),
    costNano:
      typeof dollars === 'number' && dollars >= 0 && dollars < 1e6 ? BigInt(Math.round(dollars * 1e9)) : undefined,
    elapsedMs: count(cost.total_duration_ms),
  };
}

export interface Painter {
  paint(level: Level, text: string): string;
  bar(ratio: number, width: number): string;
}

/** Reads fields by name. Levels colour only their own figure, and put a character behind it. */
export function fieldReader(
  host: HostFacts,
  glance: Glance | undefined,
  settings: LineSettings,
  painter: Painter,
): FieldReader {
  const { money, monthlyCapNano: cap } = settings;
  const dollars = (nano: bigint | null | undefined) =>
    nano === null || nano === undefined ? null : formatMoney(nano, money);
  const tokens = (value: number | undefined) => (value === undefined ? null : formatTokens(value));
  const marked = (level: Level, text: string) => painter.paint(level, text + levelMark(level));
  const { contextUsed: used, contextWindow: window } = host;
  const ratio = used === undefined || window === undefined ? undefined : used / window;
  const usage = glance?.run?.usage;
  const month = glance?.month ?? undefined;
  const spent = cap && month !== undefined ? Number(month) / Number(cap) : undefined;
  const capPercent = () => (spent === undefined ? null : marked(capLevel(spent), formatPercent(spent)));

  return (name, argument) => {
    switch (name) {
      case 'model':
        return modelOf(host) || null;
      case 'ctx.pct':
        return ratio === undefined ? null : marked(contextLevel(ratio), formatContextPercent(used, window));
      case 'ctx.used':
        return tokens(used);
      case 'ctx.window':
        return tokens(window);
      case 'ctx.bar':
        return ratio === undefined ? null : painter.paint(contextLevel(ratio), painter.bar(ratio, barWidth(argument)));
      case 'run.cost':
        return dollars(larger(host.costNano, glance?.run?.cost));
      case 'run.in':
        return tokens(usage?.input);
      case 'run.out':
        return tokens(usage?.output);
      case 'run.cr':
        return tokens(usage?.cacheRead);
      case 'run.cw':
        return tokens(usage && usage.cacheWrite5m + usage.cacheWrite1h);
      case 'run.hit':
        return usage && cacheHit(usage) !== null ? formatPercent(cacheHit(usage)) : null;
      case 'run.elapsed':
        return host.elapsedMs === undefined ? null : formatDuration(host.elapsedMs);
      case 'today.cost':
        return dollars(glance?.today);
      case 'week.cost':
        return dollars(glance?.week);
      case 'month.cost':
        return dollars(glance?.month);
      case 'month.pct':
      case 'budget.pct':
        return capPercent();
      case 'budget.name':
        return spent === undefined ? null : 'month';
      case 'rate':
        // The mean of the last ten minutes; nothing happened: no rate.
        return glance && glance.recent > 0n
          ? (formatRate(glance.recent * 6n, { ...money, compact: true }) ?? null)
          : null;
      case 'repo':
        return host.directory ? printable(projectName(host.directory)) : null;
      // Known words whose figures nothing tells yet.
      case 'today.pct':
      case 'run.own':
      case 'run.sub':
      case 'run.cap':
      case 'run.tps':
      case 'budget.left_time':
      case 'top.1':
      case 'top.2':
      case 'branch':
      case 'host':
      case 'status':
        return null;
      default:
        return undefined;
    }
  };
}

/** Our name for a model we know, else the host's. */
function modelOf({ modelId, model }: HostFacts): string {
  const ours = modelId === '' ? '' : modelName(modelId);
  return printable(ours === modelId ? model : ours);
}

/** A cost only grows, so the larger of two tellings is the fresher one. */
function larger(a: bigint | undefined, b: bigint | null | undefined): bigint | undefined {
  if (a === undefined) return b ?? undefined;
  return b !== null && b !== undefined && b > a ? b : a;
}

function barWidth(argument: string | undefined): number {
  const width = Number(argument ?? 10);
  return Number.isInteger(width) && width > 0 && width <= 60 ? width : 10;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}; // -- an object read by key
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.floor(value) : undefined;
}
