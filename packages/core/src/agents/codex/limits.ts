/**
 * The plan's quotas that Codex was told along with its counters. It refuses to repeat itself: a quota is told when it
 * changed.
 */
import type { Emit } from '../../event.ts';
import { readCount } from '../../usage.ts';
import { text } from './meta.ts';
import { record } from './tokens.ts';
import type { SpelledLimits } from './told.ts';

const WINDOWS = ['primary', 'secondary'] as const;

/** A limit as last told: used percent, minutes of its window, reset as the log spells it (UTC s), plan. */
export type ToldLimit = readonly [used: number, minutes: number | null, reset: number | null, plan: string];

/** More than Codex has limits at once. */
const MOST_HELD = 16;

interface Held {
  limits: SpelledLimits;
  at: number;
}

/**
 * The latest limits of each kind, held back while lines follow one another: nearly every counter comes with them, and only
 * the last ones count. A window that the latest of a name leave out keeps what was told of it before.
 */
export class HeldLimits {
  /** In the order in which they came. */
  #held: Held[] = [];

  hold(limits: SpelledLimits, at: number): void {
    const known = this.#held.findLast((held) => isKind(held.limits, limits));
    if (known && known.at > at) return;
    if (known && known === this.#held.at(-1)) {
      known.limits = limits;
      known.at = at;
    } else this.#held = [...this.#held.filter((held) => held !== known), { limits, at }];
  }

  get isFull(): boolean {
    return this.#held.length >= MOST_HELD;
  }

  /** Tells what changed since `known` and holds nothing any more. */
  tell(agent: string, known: Record<string, ToldLimit>, emit: Emit): void {
    for (const { limits, at } of this.#held) tellLimits(agent, parsed(limits.json), at, known, emit);
    this.#held = [];
  }
}

/** Whether limits take the place of others. */
function isKind(a: SpelledLimits, b: SpelledLimits): boolean {
  return a.id === b.id && a.hasPrimary === b.hasPrimary && a.hasSecondary === b.hasSecondary;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Tells what changed since `known` (by name, as last told) and remembers it there. */
export function tellLimits(
  agent: string,
  rateLimits: unknown,
  at: number,
  known: Record<string, ToldLimit>,
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
    const windowMinutes = readCount(limit.window_minutes);
    const [minutes, reset] = [windowMinutes ?? null, finite(limit.resets_at) ?? null];
    const last = known[name];
    if (last && last[0] === usedPercent && last[1] === minutes && last[2] === reset && last[3] === plan) continue;
    known[name] = [usedPercent, minutes, reset, plan];
    emit({ type: 'limit', agent, name, at, usedPercent, windowMinutes, resetsAt: resetOf(limit, at), plan });
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
