/**
 * A call of a rollout as a sighting, with what is known at the time of its session, model and settings.
 */
import type { CallSighting } from '../../call.ts';
import type { Meta } from './meta.ts';
import type { Known, State } from './state.ts';
import { usageOf } from './tokens.ts';

export function sightingOf(
  agent: string,
  state: State,
  { identity, at, tokens, responseId, textBytes }: Known,
): CallSighting {
  const { meta, rootId, model, seller, cwd, tier, window } = state;
  const isCompaction = responseId !== '' && state.compactions.includes(responseId);
  return {
    agent,
    identity,
    requestId: responseId,
    chain: 'main',
    sessionId: meta.id,
    rootSessionId: rootId,
    threadId: meta.id,
    caller: isCompaction ? COMPACTION : callerOf(meta),
    model,
    seller,
    at,
    usage: usageOf(tokens),
    certainty: 'exact',
    cwd,
    branch: meta.branch,
    tier,
    geo: '',
    webSearches: 0,
    contextWindow: window,
    textBytes,
    assumedLifetime: tokens.written > 0,
    counted: true,
  };
}

const COMPACTION = 'system:compaction';

function callerOf({ kind, name }: Meta): string {
  if (kind !== 'subagent') return 'lead';
  return name === 'compact' ? COMPACTION : `subagent:${name || 'unknown'}`;
}
