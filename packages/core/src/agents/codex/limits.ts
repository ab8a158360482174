/**
 * The plan's quotas that Codex was told along with its counters. It refuses to repeat itself: a quota is told when it
 * changed.
 */
import type { Emit } from '../../event.ts';
import { text } from './meta.ts';
import { record } from './tokens.ts';

const WINDOWS = ['primary', 'secondary'] as const;

/** Tells what changed since `known` (by name, as last told) and remembers it there. */
export function tellLimits(
  agent: string,
  rateLimits: unknown,
  at: number,
  known: Record<string, string>,
  emit: Emit,
): void {
  const limits = record(rateLimits);
  const plan = text(limits.plan_type);
  const id = text(limits.limit_id);
  for (const window of WINDOWS) {
    const limit = record(limits[window]);
    const usedPercent = finite(limit.used_percent);
    if (usedPercent === undefined) continue;
    const name = id === '' || id === 'codex' ? window : `${id}:${window}`;
    const windowMinutes = finite(limit.window_minutes);
    const resetsAt = resetOf(limit, at);
    const said = `${usedPercent} ${windowMinutes} ${text(limit.resets_at) || finite(limit.resets_at)} ${plan}`;
    if (known[name] === said) continue;
    known[name] = said;
    emit({ type: 'limit', agent, name, at, usedPercent, windowMinutes, resetsAt, plan });
  }
}

/** UTC ms: told as Unix seconds, by older versions as seconds from now. */
function resetOf(limit: Readonly<Record<string, unknown>>, at: number): number | undefined {
  const seconds = finite(limit.resets_at);
  const away = finite(limit.resets_in_seconds);
  const reset = seconds !== undefined ? seconds * 1000 : away !== undefined ? at + away * 1000 : undefined;
  return reset !== undefined && reset <= 8.64e15 ? Math.round(reset) : undefined;
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
