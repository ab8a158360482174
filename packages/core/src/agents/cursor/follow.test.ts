import { describe, expect, test } from 'vitest';
import { fixedClock } from '../../clock.ts';
import { TokenmeterError } from '../../errors.ts';
import type { AgentEvent } from '../../event.ts';
import { type CursorDeltaListener, cursorListener, followCursor } from './follow.ts';
import { cursorSdkLive } from './live.ts';

const clock = fixedClock(1_795_000_000_000);

/** The SDK as far as a run goes: it sends updates only where a listener was registered. */
function send(options: { readonly onDelta?: CursorDeltaListener }, updates: readonly unknown[], status = 'finished') {
  const wait = async () => {
    for (const update of updates) options.onDelta?.({ update });
    if (status === 'broken') throw new Error('the connection was lost');
    return { status };
  };
  return { id: 'run-7', wait };
}

function follower() {
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => void events.push(event);
  const reader = cursorSdkLive.open({ runId: 'run-7', cwd: '/home/dev/shop', model: 'composer-2', at: clock.now() });
  return { events, emit, options: { onDelta: cursorListener(reader, emit, clock) } };
}

const settled = (events: readonly AgentEvent[]) =>
  events.flatMap((event) => (event.type === 'call' && !event.isProvisional ? [event.call] : []));

describe('followCursor()', () => {
  test('refuses a run that was sent without a delta listener, or with one that nobody reads', async () => {
    const { emit } = follower();
    for (const options of [{}, { onDelta: () => undefined }]) {
      const refused = followCursor(send(options, []), options, emit, clock);
      await expect(refused).rejects.toThrow(TokenmeterError);
      await expect(refused).rejects.toThrow(/Cannot follow Cursor run "run-7".*onDelta: cursorListener/);
    }
  });

  test('settles the turn by its own usage and tells how the run ended', async () => {
    const { events, emit, options } = follower();
    const usage = { inputTokens: 388_564, outputTokens: 5_870, cacheReadTokens: 346_112, cacheWriteTokens: 0 };
    const updates = [
      { type: 'token-delta', tokens: 5_022 },
      { type: 'turn-ended', usage },
    ];
    await followCursor(send(options, updates), options, emit, clock);
    expect(settled(events)).toMatchObject([
      { certainty: 'exact', model: 'composer-2', usage: { input: 42_452, cacheRead: 346_112, output: 5_870 } },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'run_end', outcome: 'success' });
  });

  test('keeps what streamed of a cancelled run as an estimate, and of one whose connection broke', async () => {
    for (const status of ['cancelled', 'broken']) {
      const { events, emit, options } = follower();
      const followed = followCursor(send(options, [{ type: 'token-delta', tokens: 50 }], status), options, emit, clock);
      if (status === 'broken') await expect(followed).rejects.toThrow('the connection was lost');
      else await followed;
      expect(settled(events)).toMatchObject([{ certainty: 'estimated', usage: { input: 0, output: 50 } }]);
      expect(events.at(-1)).toMatchObject({ outcome: status === 'broken' ? 'error' : 'interrupted' });
    }
  });
});
