/** Events a second through the meter: three snapshots a call, a tool call and its result, drained as ingest does. */
import { type AgentEvent, Meter, NO_USAGE, type SourceRef } from '@tokenmeter/core';
import { measure, tell } from './measure.ts';

const CALLS = 40_000;
const EVENTS_PER_DRAIN = 24_000;

export async function benchFold(): Promise<void> {
  const source: SourceRef = { agent: 'claude-code', path: '/log', bornAt: 0, startedAt: 0 };
  const events: AgentEvent[] = [];
  for (let call = 0; call < CALLS; call++) {
    const shared = { agent: 'claude-code', sessionId: `s${call % 50}`, threadId: `s${call % 50}`, at: call };
    for (let snapshot = 1; snapshot <= 3; snapshot++) {
      events.push({
        type: 'call',
        call: {
          ...shared,
          identity: `msg_${call}`,
          requestId: `req_${call}`,
          chain: 'main',
          rootSessionId: shared.sessionId,
          caller: 'lead',
          model: 'claude-opus-4-6',
          seller: 'anthropic',
          usage: { ...NO_USAGE, input: 3, cacheRead: 90_000, output: snapshot * 100 },
          certainty: 'exact',
          cwd: '/p',
          branch: 'main',
          tier: '',
          geo: '',
          webSearches: 0,
          assumedLifetime: false,
          counted: true,
        },
      });
    }
    const tool = { ...shared, id: `toolu_${call}`, callIdentity: `msg_${call}` };
    events.push({ type: 'tool_call', ...tool, name: 'Read', kind: 'read', argumentBytes: 90 });
    events.push({ type: 'tool_result', ...tool, resultBytes: 4_000 });
  }
  let calls = 0;
  const rounds = await measure(7, () => {
    const meter = new Meter();
    for (const event of events) {
      meter.apply(event, source);
      if (meter.pending >= EVENTS_PER_DRAIN) calls += meter.drain([]).calls.length;
    }
    calls += meter.drain([]).calls.length;
  });
  if (calls < CALLS * 8) throw new Error(`Cannot bench the fold: ${calls} calls came out`);
  tell('fold an event', events.length, 'events', rounds);
}
