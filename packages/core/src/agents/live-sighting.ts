/** A call as a stream tells of it, with everything that streams do not tell left unknown. It refuses to guess. */
import type { CallSighting } from '../call.ts';

type Told = 'agent' | 'identity' | 'sessionId' | 'threadId' | 'caller' | 'model' | 'at' | 'usage' | 'certainty';

export function liveSighting(told: Pick<CallSighting, Told> & Partial<CallSighting>): CallSighting {
  return {
    requestId: '',
    chain: 'main',
    rootSessionId: told.sessionId,
    seller: '',
    cwd: '',
    branch: '',
    tier: '',
    geo: '',
    webSearches: 0,
    // No stream but Claude's tells how long what was written to a cache lives.
    assumedLifetime: told.usage.cacheWrite5m > 0,
    counted: true,
    ...told,
  };
}
