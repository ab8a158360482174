/**
 * A token event: what somebody says was used on a task, repository, commit ... It stands beside what was measured and
 * never adds to it (`supersede.ts`). Absent and 0 differ: `tokensIn` is all four input buckets, undefined where nobody
 * told. Events are checked here whatever way they came: HTTP, MCP, a file.
 */
import type { Measures } from '../rollup.ts';
import { noMeasures } from '../rollup.ts';
import { MOST_TOKENS, type TokenUsage } from '../usage.ts';

/** `exact`: a provider counted it and who posts measured it; `reported`: an agent says so; `estimated`: a heuristic. */
export const EVENT_CERTAINTIES = ['exact', 'reported', 'estimated'] as const;
export type EventCertainty = (typeof EVENT_CERTAINTIES)[number];

/** What it is about. '' is none. */
export interface EventSubject {
  readonly taskId: string;
  readonly workplanId: string;
  readonly repoId: string;
  readonly commitSha: string;
  readonly releaseId: string;
  readonly runId: string;
  readonly sessionId: string;
}

export interface TokenEvent extends EventSubject {
  readonly id: string;
  readonly model: string;
  readonly agent: string;
  readonly tokensIn?: number | undefined;
  readonly tokensOut?: number | undefined;
  /** Parts of `tokensIn`; undefined where nobody told how it is made up. */
  readonly cacheRead?: number | undefined;
  readonly cacheWrite5m?: number | undefined;
  readonly cacheWrite1h?: number | undefined;
  readonly certainty: EventCertainty;
  readonly createdAt: number;
  /** '' none. Two events of one key are one event. */
  readonly key: string;
}

export interface EventFault {
  readonly path: string;
  readonly message: string;
}

const COUNTS = ['tokensIn', 'tokensOut', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const;

/** The first thing wrong with an event, undefined where nothing is. Paths are spelled as on the wire. */
export function checkTokenEvent(event: Omit<TokenEvent, 'id'>): EventFault | undefined {
  for (const name of COUNTS) {
    const count = event[name];
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0 && count <= MOST_TOKENS))
      return { path: wirePath(name), message: 'it must be a whole number from 0 to 1,000,000,000,000' };
  }
  if (event.tokensIn === undefined && event.tokensOut === undefined)
    return { path: 'tokens_in', message: 'one of tokens_in and tokens_out must be there' };
  const cached = (event.cacheRead ?? 0) + (event.cacheWrite5m ?? 0) + (event.cacheWrite1h ?? 0);
  if (cached > (event.tokensIn ?? 0))
    return { path: 'tokens_in', message: 'it is all input, so it cannot be less than cache_read and cache_write' };
  if (!Number.isFinite(event.createdAt)) return { path: 'created_at', message: 'it must be an instant' };
  return undefined;
}

/** `tokensIn` as `tokens_in`. */
function wirePath(name: (typeof COUNTS)[number]): string {
  return name.replace(/([A-Z]|5m|1h)/g, (part) => `_${part.toLowerCase()}`);
}

/** The two together: what is known of them. */
export function eventTokens(event: Pick<TokenEvent, 'tokensIn' | 'tokensOut'>): number {
  return (event.tokensIn ?? 0) + (event.tokensOut ?? 0);
}

/** The event as five disjoint buckets: input that nobody split is plain input. */
export function eventUsage(event: TokenEvent): TokenUsage {
  const { cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0, tokensIn = 0, tokensOut = 0 } = event;
  return {
    input: tokensIn - cacheRead - cacheWrite5m - cacheWrite1h,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output: tokensOut,
  };
}

/** Nano-dollars by bucket, as rated by a price book; null without a price. */
export interface EventCost {
  readonly inputNano: number;
  readonly cacheReadNano: number;
  readonly cacheWriteNano: number;
  readonly outputNano: number;
}

/** What one event adds to any sum it belongs to. It is no call, so it counts none. */
export function measureEvent(event: TokenEvent, cost: EventCost | null): Measures {
  const tokens = eventTokens(event);
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = eventUsage(event);
  return {
    ...noMeasures(),
    entries: 1,
    input,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output,
    reasoningMissing: output > 0 ? 1 : 0,
    priced: cost ? 1 : 0,
    costInput: cost?.inputNano ?? 0,
    costCacheRead: cost?.cacheReadNano ?? 0,
    costCacheWrite: cost?.cacheWriteNano ?? 0,
    costOutput: cost?.outputNano ?? 0,
    unpricedTokens: cost ? 0 : tokens,
    inexactTokens: event.certainty === 'exact' ? 0 : tokens,
  };
}

/** Whether a second event of a key says the same as the first. The instant is the first's: a retry comes later. */
export function saysTheSame(a: TokenEvent, b: TokenEvent): boolean {
  const names = [
    ...COUNTS,
    'taskId',
    'workplanId',
    'repoId',
    'commitSha',
    'releaseId',
    'runId',
    'sessionId',
    'model',
    'agent',
    'certainty',
  ] as const;
  return names.every((name) => a[name] === b[name]);
}
