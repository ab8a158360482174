import { expect, test } from 'vitest';
import { loadLiveCases } from '../../test/load-live-cases.ts';
import { type LivePort, livePorts } from '../agents/index.ts';
import type { AgentEvent } from '../event.ts';
import type { LiveCase } from '../testing/live-suite.ts';
import { Said } from './said.ts';

const place = { agent: 'x', sessionId: 's', threadId: 't', at: 1 };
const call = (identity: string, textBytes?: number) => ({
  ...{ ...place, identity, requestId: '', chain: 'main' as const, rootSessionId: 's', caller: 'lead', model: 'm' },
  ...{ seller: '', usage: { input: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 9 } },
  ...{ certainty: 'exact' as const, cwd: '', branch: '', tier: '', geo: '', webSearches: 0 },
  ...{ assumedLifetime: false, counted: true, textBytes },
});

function told(events: readonly AgentEvent[]) {
  const said = new Said();
  return events
    .map((event) => said.hear(event))
    .flatMap((event) =>
      event.type === 'call' ? [[event.call.identity, event.call.textBytes, event.call.reasoningBytes]] : [],
    );
}

const text = (callIdentity: string, characters: number, kind: 'text' | 'reasoning' | 'tool_args' = 'text') =>
  ({ type: 'call_text', ...place, callIdentity, kind, characters }) as const;
const end = (callIdentity: string) => ({ type: 'call_end', ...place, callIdentity, outcome: 'ok' }) as const;

test('what a call and its stand-in wrote is the call’s, once; what nobody told stays untold', () => {
  expect(
    told([
      text('a', 5),
      text('a', 7, 'reasoning'),
      text('a', 90, 'tool_args'),
      { type: 'call', call: call('a'), isProvisional: true },
      text('a', 3),
      { type: 'call', call: call('a') },
      end('a'),
      text('t~1', 40),
      end('t~1'),
      { type: 'call', call: call('b') },
      end('b'),
      { type: 'call', call: call('c') },
      text('d', 6),
      { type: 'call', call: call('d', 100) },
    ]),
  ).toEqual([
    ['a', 5, 7],
    ['a', 8, 7],
    ['b', 40, 0],
    ['c', undefined, undefined],
    ['d', 100, undefined],
  ]);
});

/** Cases of agents whose every word comes before the usage of the call it is of. */
function isWhole({ agent, surface }: LivePort, { end = 'ok' }: LiveCase): boolean {
  return (
    end === 'ok' &&
    ['opencode event-bus', 'gemini-cli stream-json', 'cursor stream-json'].includes(`${agent} ${surface}`)
  );
}

for (const port of livePorts) {
  const cases = loadLiveCases(port.agent, port.surface);
  test.for(cases)(`no word is said twice or lost: ${port.agent} ${port.surface} $name`, (live) => {
    const said = new Said();
    const reader = port.open({ runId: 'run', cwd: '', model: '', at: 0, ...live.start });
    const calls = new Map<string, number>();
    let written = 0;
    const emit = (event: AgentEvent) => {
      if (event.type === 'call_text' && event.kind === 'text') written += event.characters;
      const heard = said.hear(event);
      if (heard.type === 'call' && event.type === 'call' && event.call.textBytes === undefined && !heard.isProvisional)
        calls.set(heard.call.identity, Math.max(heard.call.textBytes ?? 0, calls.get(heard.call.identity) ?? 0));
    };
    live.messages.forEach((message, index) => {
      reader.read(message, index, emit);
    });
    reader.end(live.messages.length, emit, live.end ?? 'ok');
    const sum = [...calls.values()].reduce((all, one) => all + one, 0);
    expect(sum).toBeLessThanOrEqual(written);
    if (isWhole(port, live)) expect(sum).toBe(written);
  });
}
