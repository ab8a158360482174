/**
 * A run in progress as the wire spells it: the meter's figures, the run's own facts and what its keeper knows beside
 * them. Absolute values only, so that a lost frame heals itself.
 */
import type { LiveCapabilities } from '../agents/live.ts';
import { byTool } from '../attribution/report.ts';
import { projectName } from '../format/names.ts';
import { formatNanoDecimal } from '../money.ts';
import type { PriceBook } from '../price/price.ts';
import type { Measures } from '../rollup.ts';
import { addMeasures, noMeasures, totalsOf } from '../rollup.ts';
import { RUN_ENDINGS, type Run } from '../run.ts';
import type { TokenUsage } from '../usage.ts';
import { totalTokens } from '../usage.ts';
import { wireInstant } from '../wire.ts';
import type {
  WireActivityNow,
  WireBuckets,
  WireContext,
  WireLiveCall,
  WireLiveRun,
  WireLiveThread,
  WireSpend,
  WireUsageDelta,
} from '../wire-live.ts';
import type { DoingNow, LiveThread } from './live-thread.ts';
import { QUIET_MS } from './live-thread.ts';
import type { RunMeter, SettledCall, UsageDelta } from './run-meter.ts';

/** What is told of a run beside its meter. */
export interface RunSight {
  readonly run: Run;
  readonly agentName: string;
  readonly repository: string;
  readonly branch: string;
  readonly capabilities: LiveCapabilities;
  readonly book: PriceBook;
  readonly cap: WireLiveRun['cap'];
  /** When somebody first asked it to stop. */
  readonly stopRequestedAt: number | undefined;
  readonly isForced: boolean;
  /** Why it cannot be stopped; undefined where it can. */
  readonly cannotStop: string | undefined;
  readonly settled: boolean;
  readonly seq: number;
  readonly now: number;
}

/** Threads told of one by one: those at work first, then the dearest. */
const THREADS_TOLD = 100;

export function wireRun(meter: RunMeter, sight: RunSight): WireLiveRun {
  const { run, now } = sight;
  const threads = [...meter.threads.values()];
  const isEnded = RUN_ENDINGS.has(run.status);
  const main = meter.threads.mains.at(-1);
  const own = sumOf(threads.filter((thread) => thread.isMain));
  const below = sumOf(threads.filter((thread) => !thread.isMain));
  const perHour = isEnded ? undefined : meter.pace.shownNanoPerHour(now);
  const project = run.cwd || meter.session?.cwd || '';
  return {
    run_id: run.id,
    session_id: run.sessionId || null,
    task_id: run.taskId || null,
    origin: run.origin,
    agent: run.agent,
    agent_name: sight.agentName,
    name: run.name || null,
    title: run.title || meter.session?.title || null,
    project,
    project_name: projectName(project, sight.repository),
    branch: sight.branch || null,
    model: main?.model || run.model || run.requestedModel || null,
    status: run.status,
    stop_reason: run.stopReason,
    started_at: wireInstant(run.startedAt),
    ended_at: wireInstant(run.endedAt),
    last_event_at: wireInstant(meter.lastAt),
    activity: activityOfRun(meter, sight),
    usage: meter.total.entries > 0 ? wireBuckets(totalsOf(meter.total).usage) : null,
    estimated_tokens: meter.estimatedTokens,
    calls: meter.total.calls,
    tool_calls: meter.threads.toolCalls,
    spend: wireSpend(meter.total),
    own_cost_usd: wireSpend(own).cost_usd,
    subagent_cost_usd: wireSpend(below).cost_usd,
    context: contextOf(main, sight.book),
    by_model: [...meter.byModel].map(([model, sum]) => ({ model, ...wireSum(sum) })),
    by_caller: [...meter.byCaller].map(([caller, sum]) => ({ caller, ...wireSum(sum) })),
    ...(meter.total.entries > 0 ? { usage_by_tool: byTool(meter.attribution.rows()) } : {}),
    threads: told(threads).map((thread) => wireThread(thread, sight)),
    rate_usd_per_hour: perHour === undefined ? null : formatNanoDecimal(perHour),
    output_per_minute: isEnded ? null : (meter.pace.outputPerMinute(now) ?? null),
    cap: sight.cap,
    interrupt: {
      kind: sight.capabilities.interrupt,
      reason: sight.cannotStop ?? null,
      requested_at: wireInstant(sight.stopRequestedAt),
      forced: sight.isForced,
      stop_ms: run.stopMs,
    },
    cannot: sight.capabilities.cannot,
    settled: sight.settled,
    seq: sight.seq,
  };
}

/** A frame of what changed since the run's last one. */
export function wireUsageDelta(delta: UsageDelta, meter: RunMeter, run: WireLiveRun): WireUsageDelta {
  const { usage } = delta;
  return {
    run_id: run.run_id,
    session_id: delta.sessionId || run.session_id,
    seq: run.seq,
    at: wireInstant(delta.at),
    delta: {
      ...wireBuckets(usage),
      delta_input: usage.input,
      delta_output: usage.output,
      delta_cache_read: usage.cacheRead,
      delta_cache_creation: usage.cacheWrite5m + usage.cacheWrite1h,
    },
    kind: delta.kind,
    certainty: delta.certainty,
    call_id: delta.callId || null,
    thread_id: delta.threadId || null,
    model: delta.model || null,
    in_flight_tool_call_ids: meter.threads.inFlightToolCallIds,
    run,
  };
}

/** An entry of the feed. */
export function wireLiveCall(
  settled: SettledCall,
  runId: string,
  projectName: string,
  threadName: string,
): WireLiveCall {
  const { call, sighting, costNano, contextDelta } = settled;
  return {
    call_id: `${sighting.agent}/${sighting.identity}`,
    run_id: runId,
    session_id: sighting.sessionId || null,
    at: wireInstant(sighting.at),
    agent: sighting.agent,
    project_name: projectName,
    thread_name: threadName || null,
    model: sighting.model,
    tool: call.firstTool ?? null,
    context_delta: contextDelta ?? null,
    cost_usd: costNano === undefined ? null : formatNanoDecimal(costNano),
  };
}

export function wireBuckets(usage: TokenUsage): WireBuckets {
  return {
    input: usage.input,
    cache_read: usage.cacheRead,
    cache_write_5m: usage.cacheWrite5m,
    cache_write_1h: usage.cacheWrite1h,
    output: usage.output,
    reasoning: usage.reasoning ?? null,
    tokens: totalTokens(usage),
  };
}

export function wireSpend(sum: Measures): WireSpend {
  const { costNano, unpricedTokens } = totalsOf(sum);
  return {
    cost_usd: costNano === null ? null : formatNanoDecimal(costNano),
    cost_complete: unpricedTokens === 0,
    unpriced_tokens: unpricedTokens,
  };
}

function wireSum(sum: Measures) {
  return { ...wireBuckets(totalsOf(sum).usage), ...wireSpend(sum), calls: sum.calls };
}

function wireThread(thread: LiveThread, { book, now }: RunSight): WireLiveThread {
  const isOver = thread.status !== 'running';
  return {
    thread_id: thread.threadId,
    parent_thread_id: thread.parentThreadId || null,
    name: thread.name || null,
    model: thread.model || null,
    status: thread.status,
    started_at: wireInstant(thread.startedAt),
    ended_at: wireInstant(thread.endedAt),
    calls: thread.sum.calls,
    usage: wireBuckets(totalsOf(thread.sum).usage),
    spend: wireSpend(thread.sum),
    context: contextOf(thread, book),
    activity: isOver
      ? { state: 'ended', since: wireInstant(thread.endedAt ?? thread.lastAt), tool: null, message: null }
      : wireDoing(thread.doingNow(now)),
  };
}

function activityOfRun(meter: RunMeter, { run, stopRequestedAt, now }: RunSight): WireActivityNow {
  if (RUN_ENDINGS.has(run.status))
    return {
      state: 'ended',
      since: wireInstant(run.endedAt ?? meter.lastAt),
      tool: null,
      message: run.message || null,
    };
  if (stopRequestedAt !== undefined)
    return { state: 'stopping', since: wireInstant(stopRequestedAt), tool: null, message: null };
  const threads = [...meter.threads.values()];
  const waiting = threads.find((thread) => thread.doingNow(now).doing === 'waiting_approval');
  const thread = waiting ?? meter.threads.mains.at(-1) ?? threads.at(-1);
  if (!thread) return { state: 'starting', since: wireInstant(run.startedAt), tool: null, message: null };
  const doing = thread.doingNow(now);
  // A main agent that says nothing while its sub-agents work is not quiet.
  if (doing.doing === 'quiet' && now - meter.lastAt < QUIET_MS)
    return wireDoing({ doing: 'model', since: doing.since, tools: 0 });
  return wireDoing(doing);
}

function wireDoing({ doing, since, tool, tools, message }: DoingNow): WireActivityNow {
  return {
    state: doing,
    since: wireInstant(since),
    tool: tool ? { name: tool.name, kind: tool.kind, count: tools } : null,
    message: message ?? null,
  };
}

function contextOf(thread: LiveThread | undefined, book: PriceBook): WireContext {
  const { used, window } = thread?.context((call) => book.contextWindow(call.agent, call.seller, call.model)) ?? {};
  return {
    used: used ?? null,
    window: window ?? null,
    percent: used === undefined || !window ? null : Math.floor((used / window) * 100),
  };
}

function sumOf(threads: readonly LiveThread[]): Measures {
  const sum = noMeasures();
  for (const thread of threads) addMeasures(sum, thread.sum);
  return sum;
}

function told(threads: readonly LiveThread[]): readonly LiveThread[] {
  if (threads.length <= THREADS_TOLD) return threads;
  const rank = (thread: LiveThread) => (thread.isMain ? 2 : thread.status === 'running' ? 1 : 0);
  const cost = (thread: LiveThread) => Number(totalsOf(thread.sum).costNano ?? 0n);
  return [...threads].sort((a, b) => rank(b) - rank(a) || cost(b) - cost(a)).slice(0, THREADS_TOLD);
}
