/** A run as it is kept, as the wire spells it. */
import { agentName } from './format/names.ts';
import { wireBuckets } from './live/wire-run.ts';
import { formatNanoDecimal } from './money.ts';
import type { Run } from './run.ts';
import { wireInstant } from './wire.ts';
import type { WireRun } from './wire-live.ts';

export function wireRunRow(run: Run): WireRun {
  const { usage } = run;
  return {
    run_id: run.id,
    agent: run.agent,
    agent_name: agentName(run.agent),
    origin: run.origin,
    name: run.name || null,
    task_id: run.taskId || null,
    title: run.title || null,
    project: run.cwd,
    session_id: run.sessionId || null,
    requested_model: run.requestedModel || null,
    model: run.model || null,
    status: run.status,
    stop_reason: run.stopReason,
    message: run.message || null,
    started_at: wireInstant(run.startedAt),
    ended_at: wireInstant(run.endedAt),
    exit_code: run.exitCode,
    stop_ms: run.stopMs,
    input_tokens: usage?.input ?? null,
    output_tokens: usage?.output ?? null,
    cache_read_tokens: usage?.cacheRead ?? null,
    cache_creation_tokens: usage ? usage.cacheWrite5m + usage.cacheWrite1h : null,
    usage: usage && wireBuckets(usage),
    calls: run.calls,
    spend: {
      cost_usd: run.costNano === null ? null : formatNanoDecimal(run.costNano),
      cost_complete: run.unpricedTokens === 0,
      unpriced_tokens: run.unpricedTokens,
    },
    budget_usd: run.budgetNano === null ? null : formatNanoDecimal(run.budgetNano),
    overshoot_usd: run.overshootNano === null ? null : formatNanoDecimal(run.overshootNano),
  };
}
