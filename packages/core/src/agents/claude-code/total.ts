/**
 * What the program itself says that a session used: a snapshot that only reconciles. It refuses a total without a process
 * to tell it by.
 */
import type { ReportedTotalEvent } from '../../event.ts';
import { addUsage, readCount, type TokenUsage } from '../../usage.ts';
import { instantOf, type Json, objectOf, textOf } from '../json.ts';
import { AGENT_ID } from './sighting.ts';

/**
 * `cwd` stands in, as the record never has one. `at` is where the file has got to: what was written before a total is in
 * it, whatever the program's own clock says of how long it ran.
 */
export function reportedTotal(
  record: Json,
  sessionId: string,
  at: number,
  cwd: string,
): ReportedTotalEvent | undefined {
  const told = objectOf(record.modelUsage);
  const started = instantOf(record.startTime);
  if (!told || started === undefined) return undefined;
  const byModel = usageByModel(told);
  const lasted = readCount(record.totalDuration);
  return {
    type: 'reported_total',
    agent: AGENT_ID,
    sessionId: textOf(record.sessionId) || sessionId,
    process: String(started),
    processStartedAt: started,
    at: Math.max(at, started, (lasted === undefined ? undefined : instantOf(started + lasted)) ?? started),
    byModel,
    cwd,
  };
}

/** A `modelUsage` object by model. */
export function usageByModel(told: Json): ReadonlyMap<string, TokenUsage> {
  const byModel = new Map<string, TokenUsage>();
  for (const [name, value] of Object.entries(told)) {
    const usage = objectOf(value);
    if (!usage) continue;
    // The window's size is a part of the name here, and not in the calls' own.
    const model = name.replace(/\[[^\]]*\]$/, '');
    const known = byModel.get(model);
    byModel.set(model, known ? addUsage(known, modelUsage(usage)) : modelUsage(usage));
  }
  return byModel;
}

function modelUsage(told: Json): TokenUsage {
  const output = readCount(told.outputTokens) ?? 0;
  const thinking = readCount(told.thinkingTokens);
  const whole = readCount(told.cacheCreationInputTokens);
  const fiveMinutes = readCount(told.cacheCreationEphemeral5mInputTokens);
  const oneHour = readCount(told.cacheCreationEphemeral1hInputTokens);
  const hasSplit = fiveMinutes !== undefined || oneHour !== undefined;
  return {
    input: readCount(told.inputTokens) ?? 0,
    cacheRead: readCount(told.cacheReadInputTokens) ?? 0,
    cacheWrite5m: hasSplit ? (fiveMinutes ?? 0) : (whole ?? 0),
    cacheWrite1h: oneHour ?? 0,
    output,
    reasoning: thinking === undefined ? undefined : Math.min(thinking, output),
  };
}
