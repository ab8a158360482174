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

/** The figures of a usage object as it spells them, undefined where it does not tell. */
export interface ToldFigures {
  readonly input: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWrite: number | undefined;
  readonly fiveMinutes: number | undefined;
  readonly oneHour: number | undefined;
  readonly output: number | undefined;
  readonly thinking: number | undefined;
}

export function toldOf(told: Json): Told {
  const words = { speed: textOf(told.speed), tier: textOf(told.service_tier), geo: textOf(told.inference_geo) };
  const searches = readCount(objectOf(told.server_tool_use)?.web_search_requests);
  return tell(figuresOf(told), words, searches, adviceOf(told));
}

/** How a usage object names what it paid for; '' is not told. */
interface ToldWords {
  readonly speed: string;
  readonly tier: string;
  readonly geo: string;
}

/** What figures and words of a usage object come to. */
export function tell(
  figures: ToldFigures,
  { speed, tier, geo }: ToldWords,
  webSearches: number | undefined,
  advice: readonly AdviceUsage[],
): Told {
  const { usage, assumedLifetime } = toldUsage(figures);
  return {
    usage,
    assumedLifetime,
    tier: tierOf(speed, tier),
    geo: NO_REGION.has(geo) ? '' : geo,
    webSearches: webSearches ?? 0,
    advice,
  };
}

function figuresOf(told: Json): ToldFigures {
  const split = objectOf(told.cache_creation);
  return {
    input: readCount(told.input_tokens),
    cacheRead: readCount(told.cache_read_input_tokens),
    cacheWrite: readCount(told.cache_creation_input_tokens),
    fiveMinutes: readCount(split?.ephemeral_5m_input_tokens),
    oneHour: readCount(split?.ephemeral_1h_input_tokens),
    output: readCount(told.output_tokens),
    thinking: readCount(objectOf(told.output_tokens_details)?.thinking_tokens),
  };
}

function toldUsage(told: ToldFigures): ToldUsage {
  const { cacheWrite, fiveMinutes = 0, oneHour = 0, output = 0, thinking } = told;
  // The split by lifetime where it is told and explains the whole; else the whole, taken for five minutes.
  const isSplit = cacheWrite === undefined || cacheWrite === fiveMinutes + oneHour;
  return {
    usage: {
      input: told.input ?? 0,
      cacheRead: told.cacheRead ?? 0,
      cacheWrite5m: isSplit ? fiveMinutes : cacheWrite,
      cacheWrite1h: isSplit ? oneHour : 0,
      output,
      reasoning: thinking === undefined ? undefined : Math.min(thinking, output),
    },
    assumedLifetime: !isSplit && cacheWrite > 0,
  };
}

export function isNothing({ input, cacheRead, cacheWrite5m, cacheWrite1h, output }: TokenUsage): boolean {
  return input + cacheRead + cacheWrite5m + cacheWrite1h + output === 0;
}

const NO_REGION: ReadonlySet<string> = new Set(['', 'not_available', 'global']);

/** `fast` and the like; the standard tier and what is not told are ''. */
function tierOf(speed: string, tier: string): string {
  if (speed === 'fast') return 'fast';
  return tier === 'priority' || tier === 'batch' || tier === 'flex' ? tier : '';
}

/** Other kinds of iterations are parts of the call's own figures. */
function adviceOf(told: Json): readonly AdviceUsage[] {
  return listOf(told.iterations).flatMap((item) => {
    const iteration = objectOf(item);
    if (iteration?.type !== 'advisor_message') return [];
    return [{ model: textOf(iteration.model), ...toldUsage(figuresOf(iteration)) }];
  });
}
