import { describe, expect, it } from 'vitest';
import { activity, ago, makeCap, makeRun, RUN_NOW } from './run-fixture.ts';
import { runWords } from './run-words.ts';

const situation = { now: RUN_NOW, isUnknown: false, money: (usd: string) => `$${Number(usd).toFixed(2)}` };
const words = (changes: Parameters<typeof makeRun>[0]) => runWords(makeRun(changes), situation);
const stopped = (stop_ms: number | null) => ({
  kind: 'graceful' as const,
  reason: null,
  requested_at: ago(3),
  forced: false,
  stop_ms,
});

describe('runWords() of a run that goes on', () => {
  it.each([
    ['model', activity('model', 9), 'live', undefined, 'Thinking'],
    ['tool', activity('tool', 12, ['Bash', 'shell']), 'live', 'Bash', ''],
    ['compacting', activity('compacting', 1), 'live', undefined, 'Compacting context'],
    ['waiting_user', activity('waiting_user', 360), 'waiting', undefined, 'Waiting for you'],
    [
      'waiting_approval',
      activity('waiting_approval', 120, ['Bash', 'shell']),
      'approval',
      undefined,
      'Needs approval: Bash',
    ],
    ['starting', activity('starting', 1), 'live', undefined, 'Starting'],
  ] as const)('says what it does: %s', (_, now, mark, lead, text) => {
    expect(words({ activity: now })).toMatchObject({ mark, text, ...(lead ? { lead } : {}) });
  });

  it('tells several tools at once by the latest and a count', () => {
    const now = { ...activity('tool', 2), tool: { name: 'Read', kind: 'read', count: 3 } };
    expect(words({ activity: now })).toMatchObject({ lead: 'Read', text: 'and 2 more' });
  });

  it('says why a call is tried again', () => {
    expect(words({ activity: { ...activity('retrying', 2), message: 'overloaded' } }).text).toBe(
      'Retrying: overloaded',
    );
  });

  it('is quiet after a minute without an event, but not while a tool works', () => {
    expect(words({ activity: activity('model', 70), last_event_at: ago(60) })).toMatchObject({
      mark: 'quiet',
      text: 'Quiet for 1 min',
    });
    expect(words({ activity: activity('model', 70), last_event_at: ago(59) }).text).toBe('Thinking');
    expect(words({ activity: activity('tool', 300, ['Bash', 'shell']), last_event_at: ago(300) }).lead).toBe('Bash');
    expect(words({ activity: activity('quiet', 0), last_event_at: ago(7_500) }).text).toBe('Quiet for 2h 05m');
  });

  it.each([
    ['7', '6.91', 60, 'danger', 'Stops at $7.00, in about 1 min at this pace'],
    ['7', '6.91', 20, 'danger', 'Stops at $7.00, in under 1 min at this pace'],
    ['7', '6.91', null, 'danger', 'Stops at $7.00'],
    ['7', '6.2', 900, 'near', 'Stops at $7.00, in about 15 min at this pace'],
  ] as const)('close to a cap of %s says when it stops', (cap, spent, stops, tone, text) => {
    expect(words({ cap: makeCap(cap, spent, stops) })).toMatchObject({ tone, text });
  });

  it('does not speak of a cap that is far', () => {
    expect(words({ cap: makeCap('7', '5', 900) }).lead).toBe('Bash');
  });

  it('is stopping once that was asked, cap or not', () => {
    expect(words({ cap: makeCap('7', '6.91', 60), interrupt: stopped(null) })).toMatchObject({
      mark: 'stopping',
      text: 'Stopping',
    });
  });

  it('claims nothing while nobody tells: a hollow dot, no clock', () => {
    const told = runWords(makeRun(), { ...situation, isUnknown: true });
    expect(told).toMatchObject({ mark: 'unknown', lead: 'Bash' });
    expect(told.since).toBeUndefined();
  });
});

describe('runWords() of a run that ended', () => {
  it.each([
    [{ status: 'success' }, 'done', 'Finished in 42m'],
    [
      { status: 'error', activity: { ...activity('ended', 0), message: 'rate limited' } },
      'failed',
      'Ended with an error: rate limited',
    ],
    [{ status: 'timeout' }, 'failed', 'Ended: it ran out of time'],
    [
      { status: 'ended', activity: { ...activity('ended', 0), message: 'Nothing was heard of it for ten minutes' } },
      'quiet',
      'Ended. Nothing was heard of it for ten minutes',
    ],
    [{ status: 'interrupted', stop_reason: 'user', interrupt: stopped(1_240) }, 'stopped', 'Stopped by you, in 1.2 s'],
    [{ status: 'interrupted', stop_reason: 'user', interrupt: stopped(null) }, 'stopped', 'Stopped by you'],
    [{ status: 'interrupted', stop_reason: 'token_capped' }, 'capped', 'Stopped at its token limit'],
    [{ status: 'interrupted', stop_reason: 'turn_capped' }, 'capped', 'Stopped at its turn limit'],
    [
      { status: 'interrupted', stop_reason: 'budget_capped', cap: { ...makeCap('7', '7.11'), overshoot_usd: '0.11' } },
      'capped',
      'Stopped by its cap of $7.00, $0.11 over',
    ],
  ] as const)('%o', (changes, mark, text) => {
    expect(words({ ended_at: ago(0), ...changes })).toMatchObject({ mark, text });
  });

  it('says what it knows although nobody tells any more', () => {
    const run = makeRun({ status: 'success', ended_at: ago(0) });
    expect(runWords(run, { ...situation, isUnknown: true }).mark).toBe('done');
  });
});
