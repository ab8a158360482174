import { expect, test } from 'vitest';
import type { AgentEvent } from '../../event.ts';
import { faultOf } from '../../testing/hostile.ts';
import { tellLimits } from './limits.ts';

test.each([
  [300, 300],
  [10_079.5, 10_079],
  [1e21, undefined],
  ['300', 300],
  [-1, undefined],
  [null, undefined],
])('tellLimits() reads a window of %s minutes as %s, a whole number or nothing', (told, minutes) => {
  const events: AgentEvent[] = [];
  const primary = { used_percent: 12.5, window_minutes: told, resets_at: 1_778_670_000.4 };
  tellLimits('codex', { primary, plan_type: 'pro' }, 1000, {}, (event) => events.push(event));
  expect(events).toMatchObject([{ type: 'limit', name: 'primary', usedPercent: 12.5, resetsAt: 1_778_670_000_400 }]);
  expect(events[0]).toHaveProperty('windowMinutes', minutes);
  for (const event of events) expect(faultOf(event)).toBeUndefined();
});
