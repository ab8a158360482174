/**
 * Anthropic's usage object as our five buckets, the one place that knows its convention: `input_tokens` leaves cached
 * tokens out, `output_tokens` holds thinking. Per call, never cumulative. It refuses the totals some gateways add.
 */
import { readCount, type TokenUsage } from '../../usage.ts';
import { type Json, listOf, objectOf, textOf } from '../json.ts';

/** All that a usage object tells of a call. */
export interface Told extends ToldUsage {
  readonly tier: string;
  readonly geo: string;
  readonly webSearches: number;
  /** Second models that were asked within the call: their spend is not in the call's own figures. */
  readonly advice: readonly AdviceUsage[];
}

interface AdviceUsage extends ToldUsage {
  readonly model: string;
}

interface ToldUsage {
  readonly usage: TokenUsage;
  /** True where a cache write came without its lifetime and five minutes were assumed. */
  readonly assumedLifetime: boolean;
}

export function toldOf(told: Json): Told {
  return {
    ...toldUsage(told),
    tier: tierOf(told),
    geo: geoOf(told),
    webSearches: readCount(objectOf(told.server_tool_use)?.web_search_requests) ?? 0,
    advice: adviceOf(told),
  };
}

function toldUsage(told: Json): ToldUsage {
  const writes = cacheWrites(told);
  const output = readCount(told.output_tokens) ?? 0;
  const thinking = readCount(objectOf(told.output_tokens_details)?.thinking_tokens);
  return {
    usage: {
      input: readCount(told.input_tokens) ?? 0,
      cacheRead: readCount(told.cache_read_input_tokens) ?? 0,
      cacheWrite5m: writes.fiveMinutes,
      cacheWrite1h: writes.oneHour,
      output,
      reasoning: thinking === undefined ? undefined : Math.min(thinking, output),
    },
    assumedLifetime: writes.assumed,
  };
}

/** The split by lifetime where it is told and explains the whole; else the whole, taken for five minutes. */
function cacheWrites(told: Json): { fiveMinutes: number; oneHour: number; assumed: boolean } {
  const whole = readCount(told.cache_creation_input_tokens);
  const split = objectOf(told.cache_creation);
  const fiveMinutes = readCount(split?.ephemeral_5m_input_tokens) ?? 0;
  const oneHour = readCount(split?.ephemeral_1h_input_tokens) ?? 0;
  if (whole === undefined || whole === fiveMinutes + oneHour) return { fiveMinutes, oneHour, assumed: false };
  return { fiveMinutes: whole, oneHour: 0, assumed: whole > 0 };
}

export function isNothing({ input, cacheRead, cacheWrite5m, cacheWrite1h, output }: TokenUsage): boolean {
  return input + cacheRead + cacheWrite5m + cacheWrite1h + output === 0;
}

/** `fast` and the like; the standard tier and what is not told are ''. */
function tierOf(told: Json): string {
  if (told.speed === 'fast') return 'fast';
  const tier = textOf(told.service_tier);
  return tier === 'priority' || tier === 'batch' || tier === 'flex' ? tier : '';
}

const NO_REGION: ReadonlySet<string> = new Set(['', 'not_available', 'global']);

function geoOf(told: Json): string {
  const geo = textOf(told.inference_geo);
  return NO_REGION.has(geo) ? '' : geo;
}

/** Other kinds of iterations are parts of the call's own figures. */
function adviceOf(told: Json): readonly AdviceUsage[] {
  return listOf(told.iterations).flatMap((item) => {
    const iteration = objectOf(item);
    if (iteration?.type !== 'advisor_message') return [];
    return [{ model: textOf(iteration.model), ...toldUsage(iteration) }];
  });
}
