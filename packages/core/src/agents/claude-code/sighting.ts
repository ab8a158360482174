/**
 * One record of an answer as a sighting of its call: which call it is, what it used, how sure that is. It refuses to add
 * records up: the same call's records are snapshots, and the core keeps the best of each figure.
 */
import type { CallSighting, Certainty } from '../../call.ts';
import type { TokenUsage } from '../../usage.ts';
import type { Memory, Written } from './memory.ts';
import type { Place } from './place.ts';
import type { AssistantRecord } from './record.ts';
import { isNothing } from './usage.ts';

export const AGENT_ID = 'claude-code';
export const SYNTHETIC = '<synthetic>';

/** A streamed answer's first record has the few output tokens that its start told. */
const MOST_STUB_OUTPUT = 16;

/** The calls a record tells of: its own and those of advisors asked within it. None for a notice of the program itself. */
export function sightingsOf(
  record: AssistantRecord,
  place: Place,
  caller: string,
  at: number,
  memory: Memory,
): readonly CallSighting[] {
  const { told } = record;
  if (!told || record.model === SYNTHETIC) return [];
  const { usage, assumedLifetime, tier, geo, webSearches, advice } = told;
  if (record.isApiError && isNothing(usage)) return [];
  const identity = identityOf(record, place, at, usage, memory);
  const { textBytes, reasoningBytes } = writtenSoFar(record, identity, memory);
  const own: CallSighting = {
    agent: AGENT_ID,
    identity,
    requestId: record.requestId,
    chain: place.isSide ? 'side' : 'main',
    sessionId: place.sessionId,
    rootSessionId: place.sessionId,
    threadId: place.threadId,
    caller,
    model: record.model,
    seller: sellerOf(record),
    at,
    usage,
    certainty: certaintyOf(record, usage.output, memory),
    cwd: record.cwd,
    branch: record.branch,
    tier,
    geo,
    webSearches,
    contextWindow: undefined,
    stopReason: record.stopReason ?? undefined,
    textBytes,
    reasoningBytes,
    assumedLifetime,
    counted: true,
  };
  if (advice.length === 0) return [own];
  return [
    own,
    ...advice.map(
      (second, index): CallSighting => ({
        ...own,
        usage: second.usage,
        assumedLifetime: second.assumedLifetime,
        identity: `${identity}#advisor${index + 1}`,
        caller: 'system:advisor',
        model: second.model,
        tier: '',
        webSearches: 0,
        stopReason: undefined,
        textBytes: undefined,
        reasoningBytes: undefined,
      }),
    ),
  ];
}

/**
 * The message's id names the call. A gateway may use an id again: without the provider's spelling and without a request
 * id, records that follow one another are one call, named by the first one's own id, which copies of it keep.
 */
function identityOf(
  record: AssistantRecord,
  { sessionId, threadId }: Place,
  at: number,
  usage: TokenUsage,
  memory: Memory,
): string {
  const { messageId, requestId, uuid } = record;
  if (messageId === '') {
    const { input, cacheRead, output } = usage;
    return requestId || uuid || `${sessionId}@${at}@${input}/${cacheRead}/${output}`;
  }
  if (messageId.startsWith('msg_') || requestId !== '') {
    memory.groups.delete(threadId);
    return messageId;
  }
  const group = memory.groups.get(threadId);
  const goesOn =
    group?.messageId === messageId && (group.isOpen || (group.uuid !== '' && group.uuid === record.parentUuid));
  const identity = goesOn ? group.identity : `${messageId}@${uuid || `${sessionId}@${at}`}`;
  memory.groups.set(threadId, { messageId, identity, uuid, isOpen: true });
  return identity;
}

/** Each of an answer's records has a part of what it wrote: what there is up to this one. */
function writtenSoFar({ uuid, textBytes, reasoningBytes }: AssistantRecord, identity: string, memory: Memory): Written {
  const known = memory.written?.identity === identity ? memory.written : undefined;
  if (known && uuid !== '' && known.uuid === uuid) return known;
  memory.written = {
    identity,
    uuid,
    textBytes: textBytes + (known?.textBytes ?? 0),
    reasoningBytes: reasoningBytes + (known?.reasoningBytes ?? 0),
  };
  return memory.written;
}

/**
 * Versions differ: most say on the last record why the answer ended and null before, some never say. So null is a cut
 * answer where its output is only the start's, or where this file says such things; a later record that ends it is surer.
 */
function certaintyOf({ isAborted, stopReason }: AssistantRecord, output: number, memory: Memory): Certainty {
  if (typeof stopReason === 'string') memory.tellsEnds = true;
  if (isAborted) return 'at_least';
  return stopReason === null && (memory.tellsEnds || output <= MOST_STUB_OUTPUT) ? 'at_least' : 'exact';
}

/** Anthropic sold it unless the id is not of its making, or is one of those it makes for other sellers' clouds. */
function sellerOf({ model, messageId, requestId }: AssistantRecord): string {
  if (!model.startsWith('claude-') || requestId === '') return '';
  return /^msg_(?!bdrk_|vrtx_)/.test(messageId) ? 'anthropic' : '';
}
