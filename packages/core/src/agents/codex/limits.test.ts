import { expect, test } from 'vitest';
import type { AgentEvent } from '../../event.ts';
import { faultOf } from '../../testing/hostile.ts';
import { HeldLimits, type ToldLimit, tellLimits } from './limits.ts';

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

test('HeldLimits tells the latest by their time, whatever the order of the lines, and a change only', () => {
  const held = new HeldLimits();
  const known: Record<string, ToldLimit> = {};
  const told = () => {
    const events: AgentEvent[] = [];
    held.tell('codex', known, (event) => events.push(event));
    return events.map((event) => (event.type === 'limit' ? [event.name, event.at, event.usedPercent] : []));
  };
  const hold = (id: string, at: number, percent: number) =>
    held.hold(
      { id, hasPrimary: true, hasSecondary: false, json: `{"limit_id":"${id}","primary":{"used_percent":${percent}}}` },
      at,
    );
  hold('codex', 2000, 20);
  hold('codex', 1000, 10);
  hold('other', 1500, 5);
  hold('codex', 1800, 18);
  expect(told()).toEqual([
    ['primary', 2000, 20],
    ['other:primary', 1500, 5],
  ]);
  hold('codex', 3000, 20);
  hold('other', 3000, 6);
  expect(told()).toEqual([['other:primary', 3000, 6]]);
  expect(told()).toEqual([]);
});
